// A real server on a real socket, with users of each role, for tests of who is let in and of what is refused.

import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Access } from "../../src/app/access.ts";
import type { SecurityChoices } from "../../src/http/security/open.ts";
import { type Started, type StartOptions, startServing } from "../../src/http/start.ts";

export const PASSWORD = "correct horse battery";
export const CHEAP = { log2N: 4, r: 1, p: 1 };
const CONSOLE = { who: "root at the command line", from: "command line" };

export interface Secured {
  started: Started;
  access: Access;
  address: string;
  port: number;
  /** Sends a request, with a token or key unless it is left out. */
  ask(method: string, path: string, options?: Ask): Promise<Answer>;
  /** The tokens of a user. */
  login(name: string): Promise<{ access_token: string; refresh_token: string }>;
}

export interface Ask {
  as?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

/** Starts a server with the users root (admin), ann (analyst) and vi (viewer), unless `people` is false. */
export async function secured(
  folder: string,
  options: Partial<StartOptions> & { people?: boolean; security?: SecurityChoices } = {},
): Promise<Secured> {
  const { people = true, security, ...others } = options;
  process.env["ORBWEAVER_HOME"] = folder;
  const started = await startServing({
    models: ["bundled"],
    place: { store: join(folder, "store") },
    security: { costs: CHEAP, ...security },
    ...others,
  });
  const { access, address } = started;
  if (people)
    for (const [name, role] of [
      ["root", "admin"],
      ["ann", "analyst"],
      ["vi", "viewer"],
    ] as const)
      if (!access.users.list().some((user) => user.name === name))
        await access.users.add(CONSOLE, { name, role, password: PASSWORD });
  const made: Secured = {
    started,
    access,
    address,
    port: Number(new URL(address).port),
    ask: (method, path, ask = {}) => asked(address + path, method, ask),
    async login(name) {
      const { status, json } = await made.ask("POST", "/auth/login", { body: { name, password: PASSWORD } });
      if (status !== 200) throw new Error(`login of ${name}: ${status}`);
      return json as { access_token: string; refresh_token: string };
    },
  };
  return made;
}

async function asked(url: string, method: string, { as, body, headers = {} }: Ask): Promise<Answer> {
  const isBytes = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
      ...headers,
    },
    body: body === undefined ? undefined : isBytes ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

export interface Talk {
  socket: Socket;
  /** What came until the server ended the connection. */
  ended: Promise<string>;
  /** Resolves with what came when it matches. */
  until(pattern: RegExp): Promise<string>;
}

/** A connection that sends what a well-behaved client would not. */
export function talk(port: number, text: string | Uint8Array = ""): Talk {
  const socket = connect(port, "127.0.0.1");
  let came = "";
  const waiting: { pattern: RegExp; resolve: (text: string) => void }[] = [];
  socket.setEncoding("latin1");
  socket.on("data", (piece) => {
    came += piece;
    for (const { pattern, resolve } of waiting) if (pattern.test(came)) resolve(came);
  });
  socket.on("error", () => undefined);
  if (text.length > 0) socket.write(text);
  return {
    socket,
    ended: new Promise((resolve) => socket.once("close", () => resolve(came))),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        if (pattern.test(came)) resolve(came);
        waiting.push({ pattern, resolve });
        socket.once("close", () =>
          pattern.test(came) ? resolve(came) : reject(new Error(`ended: ${came}`)),
        );
      }),
  };
}
