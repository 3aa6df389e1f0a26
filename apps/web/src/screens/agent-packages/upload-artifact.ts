import { errorOf, unreachable } from "@agentpod/client/transport";
import type { ArtifactView } from "@agentpod/core/api/template-view";

/** Uploads a tar and says how much of it has gone; `fetch` could not. `tenant` empty: the installation's. Throws AppError. */
export function uploadArtifact(tar: Blob, tenant: string, onProgress: (sent: number) => void): Promise<ArtifactView> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/artifacts${tenant === "" ? "" : `?tenant=${encodeURIComponent(tenant)}`}`);
    request.setRequestHeader("content-type", "application/x-tar");
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onerror = () => reject(unreachable({ baseUrl: location.origin }, null));
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as ArtifactView);
      else reject(errorOf(request.status, request.responseText));
    };
    request.send(tar);
  });
}
