"use client";
import { SendHorizontal, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { useWhyNot } from "../../pods/use-why-not.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Textarea } from "../../ui/input.tsx";
import type { PodTabProps } from "../pod/pod-tabs.ts";
import { type Turn, useConversation } from "./use-conversation.ts";

const longest = 16_000;

/** Says something to the agent and shows its answer as it comes, to see that it works. */
export function AskAgent({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const mayNot = useMay();
  const whyNot = useWhyNot();
  // One that sleeps is woken by it.
  const why = pod.desired === "sleeping" ? mayNot("pod.exec", pod.tenant) : whyNot(pod, "exec");
  const { turns, isUnderWay, ask, stop, clear } = useConversation(pod.tenant, pod.name);
  const [text, setText] = useState("");
  const send = (event?: FormEvent): void => {
    event?.preventDefault();
    const question = text.trim();
    if (question === "" || isUnderWay || why !== null) return;
    setText("");
    ask(question);
  };
  const onKey = (event: KeyboardEvent): void => {
    // Composing Chinese ends with Enter, too.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <Card
      title={t("ask")}
      actions={
        turns.length > 0 && (
          <Button small look="quiet" onClick={clear}>
            {t("clear")}
          </Button>
        )
      }
      flush
    >
      {turns.length === 0 ? <p className="px-4 pt-4 text-soft text-sm">{t("askText")}</p> : <Turns turns={turns} />}
      <form onSubmit={send} className="flex flex-col gap-2 p-4">
        <Textarea
          aria-label={t("message")}
          placeholder={t("message")}
          rows={2}
          maxLength={longest}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKey}
          className="resize-y font-sans! sm:text-sm!"
        />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <p className="text-soft text-xs">{why ?? t("askHint")}</p>
          {isUnderWay ? (
            <Button onClick={stop}>
              <Square className="size-3.5" aria-hidden />
              {t("stopAnswer")}
            </Button>
          ) : (
            <Button type="submit" look="solid" why={why} disabled={text.trim() === ""}>
              <SendHorizontal className="size-3.5" aria-hidden />
              {t("send")}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

function Turns({ turns }: { turns: readonly Turn[] }) {
  const t = useTranslations("agent");
  const said = useSaid();
  const box = useRef<HTMLElement>(null);
  const last = turns.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever was added is to be seen
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [turns.length, last?.answer, last?.state]);
  return (
    <section
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      role="log"
      aria-label={t("conversation")}
      aria-busy={last?.state === "answering"}
      className="max-h-96 overflow-y-auto px-4 pt-4"
    >
      <ol className="flex flex-col gap-4">
        {turns.map(({ id, question, answer, state, problem }) => (
          <li key={id} className="flex flex-col gap-2 text-sm">
            <p className="max-w-[85%] self-end whitespace-pre-wrap break-words rounded-xl bg-hover px-3.5 py-2">
              <span className="sr-only">{t("you")} </span>
              {question}
            </p>
            {(answer !== "" || state !== "failed") && (
              <p className="max-w-[95%] whitespace-pre-wrap break-words">
                <span className="sr-only">{t("theAgent")} </span>
                {answer !== "" && answer}
                {answer === "" && <span className="text-soft">{t(state === "done" ? "noAnswer" : "thinking")}</span>}
              </p>
            )}
            {state === "failed" && (
              <p role="alert" className="break-words font-medium">
                {said(problem)}
              </p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
