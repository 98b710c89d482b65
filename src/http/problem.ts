// Problem details (RFC 9457): every failure as one JSON object that says what was found, where, and what was expected.
//
// What it guarantees: a failure of the table keeps its code, status and hint; a fault of the client is a status below 500; anything
// else is `internal`, told without its message and without a stack trace. Knows no route.

import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { ERRORS, type ErrorCode, type FieldProblem, OrbweaverError } from "../base/errors.ts";

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

export interface Problem {
  /** A name of the kind of failure: "urn:orbweaver:problem:CODE". */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  hint: string;
  /** Fields that are not as they should be, with the place of each as a JSON pointer without its slash, or a name. */
  errors?: FieldProblem[];
}

/** Most fields that one answer names. */
const FIELDS_MAX = 20;

const TITLES: Partial<Record<number, string>> = {
  400: "Bad request",
  401: "Not authenticated",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  406: "Not acceptable",
  408: "Request timed out",
  409: "Conflict",
  413: "Content too large",
  415: "Unsupported media type",
  422: "Cannot be processed",
  429: "Too many requests",
  499: "Cancelled",
  503: "Not available",
  507: "No room left",
};

/** What Fastify says of a request that it does not take, in words of the table. */
const FASTIFY_CODES: Partial<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "content-type",
  FST_ERR_CTP_INVALID_TYPE: "content-type",
  FST_ERR_CTP_BODY_TOO_LARGE: "body-too-large",
  FST_ERR_CTP_EMPTY_JSON_BODY: "body-invalid",
  FST_ERR_CTP_INVALID_JSON_BODY: "body-invalid",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "body-invalid",
  FST_ERR_BAD_URL: "request-invalid",
};

/** A failure as problem details. */
export function problemOf(failure: unknown): Problem {
  const known = knownFailure(failure);
  if (known === undefined)
    return problem(
      "internal",
      "the server failed while it answered; its log tells more",
      ERRORS.internal.hint,
    );
  const { code, message, hint, fields } = known;
  return problem(code, message, hint, fields);
}

/** Answers a request with a failure. What is a defect of ours goes to the log. */
export function sendProblem(failure: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = problemOf(withType(failure, request));
  if (answer.code === "internal") request.log.error({ err: failure }, "a request failed");
  if (failure instanceof OrbweaverError && failure.retryAfterS !== undefined)
    reply.header("retry-after", Math.ceil(failure.retryAfterS));
  return reply.code(answer.status).header("content-type", PROBLEM_TYPE).send(JSON.stringify(answer));
}

/** A refused content type is told as it came. */
function withType(failure: unknown, { headers }: FastifyRequest): unknown {
  if (failure instanceof OrbweaverError || knownFailure(failure)?.code !== "content-type") return failure;
  const found = shown(headers["content-type"] ?? "none");
  const expected = "a content type that the route takes";
  return new OrbweaverError("content-type", `content-type: found ${found}, expected ${expected}`, {
    fields: [{ field: "content-type", found, expected }],
  });
}

function problem(
  code: ErrorCode,
  detail: string,
  hint: string,
  fields: readonly FieldProblem[] = [],
): Problem {
  const status = ERRORS[code].http < 400 ? 500 : ERRORS[code].http;
  return {
    type: `urn:orbweaver:problem:${code}`,
    title: TITLES[status] ?? "Failed",
    status,
    detail,
    code,
    hint,
    ...(fields.length === 0 ? {} : { errors: fields.slice(0, FIELDS_MAX) }),
  };
}

/** The failure as one of the table; undefined for a defect of ours. */
export function knownFailure(failure: unknown): OrbweaverError | undefined {
  if (failure instanceof OrbweaverError) return failure.code === "internal" ? undefined : failure;
  if (hasZodFastifySchemaValidationErrors(failure)) return formFailure(failure);
  if (!(failure instanceof Error)) return undefined;
  const { code, statusCode, message } = failure as FastifyError;
  const known = FASTIFY_CODES[code];
  if (known !== undefined) return new OrbweaverError(known, sentence(message));
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new OrbweaverError(CODE_OF_STATUS[statusCode] ?? "request-invalid", sentence(message));
  return undefined;
}

const CODE_OF_STATUS: Partial<Record<number, ErrorCode>> = {
  404: "route-unknown",
  405: "method-wrong",
  408: "request-slow",
  413: "body-too-large",
  415: "content-type",
  429: "rate-limited",
};

/** As zod tells it. */
interface ZodIssue {
  path?: readonly PropertyKey[];
  message?: string;
  input?: unknown;
  keys?: unknown;
  /** Of one that may have several forms: what is wrong with it as each of them. */
  errors?: readonly (readonly ZodIssue[])[];
}

interface FormIssue {
  instancePath: string;
  message?: string;
  params?: Omit<ZodIssue, "path" | "message">;
}

/** What zod found, field by field. */
function formFailure(failure: {
  validation: readonly unknown[];
  validationContext?: string;
}): OrbweaverError {
  const part = failure.validationContext ?? "request";
  const fields = (failure.validation as readonly FormIssue[]).map((issue) => fieldOf(part, issue));
  const [first] = fields;
  const more = fields.length > 1 ? ` (and ${fields.length - 1} more)` : "";
  return new OrbweaverError(
    "request-invalid",
    `${first.field}: found ${first.found}, expected ${first.expected}${more}`,
    { fields },
  );
}

function fieldOf(part: string, { instancePath, message, params }: FormIssue): FieldProblem {
  return fieldProblem(part, instancePath.replace(/^\//, ""), { message, ...params });
}

function fieldProblem(part: string, place: string, issue: ZodIssue): FieldProblem {
  const { message, input, keys, errors } = issue;
  if (errors !== undefined && errors.length > 0) return nearestOf(part, place, errors);
  if (Array.isArray(keys))
    return {
      field: below(place, String(keys[0])),
      found: `an unknown member of the ${part}`,
      expected: "only members that the interface names",
    };
  return {
    field: place === "" ? part : place,
    found: foundText(message, input),
    expected: expectedText(message),
  };
}

/** What is wrong with a value that may have several forms, as the form that it is nearest to; where several are, which there are. */
function nearestOf(part: string, place: string, forms: readonly (readonly ZodIssue[])[]): FieldProblem {
  const least = Math.min(...forms.map((issues) => issues.length));
  const nearest = forms.filter((issues) => issues.length === least);
  const problems = nearest.map(([first]) =>
    fieldProblem(
      part,
      (first.path ?? []).reduce<string>((path, key) => below(path, String(key)), place),
      first,
    ),
  );
  const [one, ...others] = problems;
  const expected = [...new Set(problems.map((problem) => problem.expected))].join(" or ");
  if (others.every(({ field }) => field === one.field)) return { ...one, expected };
  const names = problems.map(({ field }) => field.slice(place.length).replace(/^\//, ""));
  return {
    field: place === "" ? part : place,
    found: "none of its forms",
    expected: `an object with ${[...new Set(names)].join(" or ")}`,
  };
}

function below(place: string, key: string): string {
  return place === "" ? key : `${place}/${key}`;
}

/** Zod's message is "Invalid input: expected string, received undefined", or free words. */
function expectedText(message = "something else"): string {
  return /expected (.*?)(?:, received .*)?$/.exec(message)?.[1] ?? message;
}

function foundText(message = "", input: unknown): string {
  const received = /received (.*)$/.exec(message)?.[1];
  if (received === "undefined") return "nothing";
  return received ?? (input === undefined ? "something else" : shown(input));
}

/** Most characters of a value of the client that a message repeats. */
const SHOWN_MAX = 60;

/** A value of a client as a message may repeat it: short, on one line. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}

/** The framework's message on one line, without its full stop. */
function sentence(message: string): string {
  return message.replaceAll(/\s+/g, " ").replace(/\.$/, "");
}
