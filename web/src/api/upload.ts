// Files of the person's machine sent to the server as they are read, with how far it is.

import { ApiError, api, client, data, type Problem, readTokens, type StoredFile } from "./client.ts";

export interface UploadProgress {
  sent: number;
  total: number;
}

export interface UploadOptions {
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
}

/**
 * Sends a file; the browser reads it from disk as it goes. Progress is that of the connection, which XMLHttpRequest tells
 * and fetch does not. Throws ApiError, and DOMException "AbortError" when it is stopped.
 */
export async function uploadFile(
  kind: "uploads" | "captures",
  file: File,
  { onProgress, signal }: UploadOptions = {},
): Promise<StoredFile> {
  // Renews a login that is about to end: a file is not sent twice.
  const me = await data(api.GET("/auth/me", { signal }));
  const token = readTokens()?.access_token;
  // Where this browser keeps nothing, the client alone knows who asks, and progress is not told.
  if (token === undefined && me.kind !== "anybody") {
    const send = kind === "captures" ? client.uploadCapture : client.upload;
    return send(file, { name: file.name, signal });
  }
  return send(`/${kind}?name=${encodeURIComponent(file.name)}`, file, {
    onProgress,
    signal,
    token,
  });
}

function send(
  path: string,
  file: File,
  { onProgress, signal, token }: UploadOptions & { token: string | undefined },
): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    const done = (): void => signal?.removeEventListener("abort", stop);
    request.open("POST", path);
    request.setRequestHeader("content-type", "application/octet-stream");
    if (token !== undefined) request.setRequestHeader("authorization", `Bearer ${token}`);
    request.upload.onprogress = ({ loaded }) => onProgress?.({ sent: loaded, total: file.size });
    request.onload = () => {
      done();
      const answer = parsed(request.responseText);
      if (request.status === 201) resolve(answer as StoredFile);
      else reject(new ApiError(request.status, answer as Problem | undefined));
    };
    request.onerror = () => {
      done();
      reject(new TypeError("The connection broke while the file was sent"));
    };
    request.onabort = () => {
      done();
      reject(new DOMException("The file was not sent", "AbortError"));
    };
    if (signal?.aborted) {
      reject(new DOMException("The file was not sent", "AbortError"));
      return;
    }
    signal?.addEventListener("abort", stop);
    onProgress?.({ sent: 0, total: file.size });
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
