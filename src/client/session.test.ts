import { expect, test } from "vitest";
import { Session, type Tokens } from "./session.ts";

/** A server that takes one access token, and gives the next for the refresh token before it. */
function server() {
  let number = 1;
  const log: string[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    log.push(`${path} ${request.headers.get("authorization") ?? request.headers.get("x-api-key") ?? "-"}`);
    if (path === "/auth/refresh") {
      const { refresh_token: refreshToken } = (await request.json()) as { refresh_token: string };
      if (refreshToken !== `r${number}`) return Response.json({}, { status: 401 });
      number++;
      return Response.json({ access_token: `a${number}`, refresh_token: `r${number}`, expires_in: 900 });
    }
    const isKnown = request.headers.get("authorization") === `Bearer a${number}` && !expired;
    expired = false;
    return isKnown ? Response.json({ body: await request.text() }) : Response.json({}, { status: 401 });
  };
  let expired = false;
  return { fetch, log, expire: () => (expired = true) };
}

test("tokens are renewed once the server refuses them, and the request is sent again", async () => {
  const { fetch, log, expire } = server();
  const told: (Tokens | undefined)[] = [];
  const tokens = { access_token: "a1", refresh_token: "r1", expires_in: 900 };
  const session = new Session("http://x", { tokens, fetch, onTokens: (given) => told.push(given) });
  expire();
  const answer = await session.fetch(new Request("http://x/jobs", { method: "POST", body: "hello" }));
  expect(await answer.json()).toEqual({ body: "hello" });
  expect(log).toEqual(["/jobs Bearer a1", "/auth/refresh -", "/jobs Bearer a2"]);
  expect(told).toMatchObject([{ access_token: "a2" }]);
});

test("tokens that end soon are renewed before, once for all requests", async () => {
  const { fetch, log } = server();
  const tokens = { access_token: "a1", refresh_token: "r1", expires_in: 1 };
  const session = new Session("http://x", { tokens, fetch });
  const answers = await Promise.all([1, 2, 3].map(() => session.fetch(new Request("http://x/jobs"))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(log.filter((line) => line.startsWith("/auth/refresh")).length).toBe(1);
});

test("a key is sent as it is, and nothing is renewed", async () => {
  const { fetch, log } = server();
  const session = new Session("http://x", { key: "k", fetch });
  expect((await session.fetch(new Request("http://x/jobs"))).status).toBe(401);
  expect(log).toEqual(["/jobs k"]);
});

test("two sessions that share tokens renew them once", async () => {
  const { fetch, log, expire } = server();
  let kept: Tokens | undefined = { access_token: "a1", refresh_token: "r1" };
  let last: Promise<unknown> = Promise.resolve();
  const shared = {
    read: () => kept,
    alone: (work: () => Promise<void>): Promise<void> => {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    },
  };
  const onTokens = (tokens: Tokens | undefined): void => {
    kept = tokens;
  };
  const [one, other] = [1, 2].map(() => new Session("http://x", { tokens: kept, shared, onTokens, fetch }));
  expire();
  expect((await one.fetch(new Request("http://x/jobs"))).status).toBe(200);
  // Its own token is the old one; the newest is taken, and the refresh token that was used is not sent again.
  expect((await other.fetch(new Request("http://x/jobs"))).status).toBe(200);
  expect(log.filter((line) => line.startsWith("/auth/refresh"))).toHaveLength(1);
});
