import { channelLoginView, startChannelLoginRequest, waitForChannelLoginRequest } from "@agentpod/core/api/channel-login-view";
import { podLabel } from "@agentpod/core/pod";
import { z } from "zod";
import { startLogin, waitForLogin } from "../agents/channel-login.ts";
import { loginTarget } from "../agents/login-target.ts";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Agents";
const path = "/tenants/{tenant}/pods/{pod}/channels/{channel}/login";
const params = podParams.extend({ channel: z.string().max(60) });

export const channelLoginRoutes = [
  route({
    id: "startChannelLogin",
    method: "post",
    path,
    tag,
    summary: "Begin to link a messenger of an agent to an account: a code for the phone, or that it is linked already",
    access: needs("pod.write"),
    audit: "agent.channel_login",
    params,
    body: startChannelLoginRequest,
    answer: { status: 200, schema: channelLoginView, description: "A code that is to be shown at once; it is kept nowhere" },
    async handle({ params: name, body: { account, force = false }, deps, read, change }) {
      const target = await read((store) => loginTarget(store, name, account));
      const { pod, channel } = target;
      const view = await startLogin(deps.runtime, target, force);
      return change(async (_store, note) => {
        // Never the code: who has it links an account of their own.
        note(
          notePod(pod, `a code to link ${channel.title} of agent ${podLabel(pod)} was asked for`, {
            channel: channel.id,
            ...(account !== undefined && { account }),
            force,
            state: view.state,
          }),
        );
        return view;
      });
    },
  }),
  route({
    id: "waitForChannelLogin",
    method: "post",
    path: `${path}/wait`,
    tag,
    summary: "Wait some seconds for a login that is begun: linked, over, nothing new, or a newer code than the one that is shown",
    access: needs("pod.write"),
    audit: "agent.channel_linked",
    params,
    body: waitForChannelLoginRequest,
    answer: { status: 200, schema: channelLoginView, description: "How it stands; to be asked again while it is waiting or has a code" },
    async handle({ params: name, body: { account, qr }, deps, signal, read, change }) {
      const target = await read((store) => loginTarget(store, name, account));
      const { pod, channel } = target;
      const view = await waitForLogin(deps.runtime, target, qr, signal);
      if (view.state !== "linked") return view;
      return change(async (_store, note) => {
        note(
          notePod(pod, `${channel.title} of agent ${podLabel(pod)} was linked`, {
            channel: channel.id,
            ...(account !== undefined && { account }),
          }),
        );
        return view;
      });
    },
  }),
];
