// What the server told of a failure, as an error.

import type { components } from "./openapi.generated.ts";

export type Problem = components["schemas"]["Problem"];

export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number;
  /** The code of the server's table of errors; "unknown" where something between answered. */
  readonly code: string;
  readonly hint: string;
  /** All that the server told; absent where something between answered. */
  readonly problem: Problem | undefined;
  /** Seconds after which it may go well, where the server told. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, problem: Problem | undefined, retryAfterS?: number) {
    super(problem?.detail ?? `the server answered with status ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem?.code ?? "unknown";
    this.hint = problem?.hint ?? "";
    this.problem = problem;
    this.retryAfterS = retryAfterS;
  }
}

/** The error of an answer that is none of the good ones. */
export async function apiErrorOf(answer: Response): Promise<ApiError> {
  const wait = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const retryAfterS = Number.isFinite(wait) ? wait : undefined;
  const type = answer.headers.get("content-type") ?? "";
  try {
    if (type.startsWith("application/problem+json"))
      return new ApiError(answer.status, (await answer.json()) as Problem, retryAfterS);
    await answer.body?.cancel();
  } catch {
    // The connection broke within the answer; its status is known.
  }
  return new ApiError(answer.status, undefined, retryAfterS);
}
