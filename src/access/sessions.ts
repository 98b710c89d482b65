// Logins: a name and a password become a short access token and a long refresh token, which is replaced at each use.
//
// What it guarantees: of a session's refresh tokens the newest counts, once; whoever presents one that was replaced ends the
// session for both (RFC 9700, section 4.14.2), since one of the two must have stolen it. Unknown users take as long as known
// ones, and are answered alike. Guessing is slowed down for a name at an address, for an address, and for a name.

import { OrbweaverError } from "../base/errors.ts";
import { type Context, committed, momentOf, userOf } from "./context.ts";
import type { Entry, Plan, Snapshot, Step } from "./directory.ts";
import { BOUNDS, type SessionBody, STATE_ID, type UserBody } from "./documents.ts";
import type { Identity } from "./identity.ts";
import type { Actor } from "./log.ts";
import { loginGuard } from "./login-guard.ts";
import { checkPassword } from "./names.ts";
import { ROLES } from "./roles.ts";
import { newId, newSecret, parseSecret, type Secret, sameText } from "./secrets.ts";
import { ACCESS_TOKEN_S, signToken, verifyToken } from "./tokens.ts";
import type { Users } from "./users.ts";

/** Seconds that a session lasts at most, and without being refreshed. */
export const SESSION_S = { longest: 30 * 86_400, idle: 7 * 86_400 } as const;

export interface Tokens {
  accessToken: string;
  expiresInS: number;
  refreshToken: string;
  refreshExpiresInS: number;
  user: string;
}

/** What may be told of a session. */
export interface SessionFacts {
  id: string;
  /** Moments in UTC. */
  created: string;
  refreshed: string;
  /** When it ends unless it is refreshed before. */
  expires: string;
}

export interface Sessions {
  /** The living sessions of a user, the newest first. */
  list(user: string): SessionFacts[];
  /** Throws `login-refused`, and `rate-limited` for too many failures. */
  login(credentials: { name: string; password: string }, from: string): Promise<Tokens>;
  /** Throws `access-refused`. */
  refresh(refreshToken: string, from: string): Promise<Tokens>;
  /** Ends a session by its refresh token; whatever that is, it counts no more. */
  logout(refreshToken: string, from: string): Promise<void>;
  /** Ends a session of a user. Throws `session-unknown`. */
  end(user: string, session: string, actor: Actor): Promise<void>;
  /** Ends all sessions of a user, and gives how many. Throws `user-unknown`. */
  endAll(user: string, actor: Actor): Promise<number>;
  /** Gives a user the password `after`, if `before` is the one. Throws `access-forbidden`, `login-refused`, `user-invalid`, `rate-limited`. */
  changePassword(
    identity: Identity,
    actor: Actor,
    passwords: { before: string; after: string; from: string },
  ): Promise<void>;
  /** Who presents an access token. Throws `access-refused`. */
  recognise(accessToken: string): Identity;
}

export function sessions(context: Context, setPassword: Users["setPassword"]): Sessions {
  const { directory, log, hasher, now, randomBytes } = context;
  const { snapshot } = directory;
  const guard = loginGuard();

  const tokens = (user: UserBody, secret: Secret, body: SessionBody): Tokens => ({
    accessToken: signToken(
      { sub: user.name, sid: secret.id, ver: user.version },
      signingKey(snapshot),
      now(),
    ),
    expiresInS: ACCESS_TOKEN_S,
    refreshToken: secret.text,
    refreshExpiresInS: Math.floor((endOf(body) - now()) / 1000),
    user: user.name,
  });

  /** The user of a name and its password. Throws `login-refused`, `rate-limited`. */
  const proved = async (name: string, password: string, from: string): Promise<Entry<UserBody>> => {
    const refund = await guard.enter(name, from, now(), () =>
      log.add({ who: "nobody", from }, "login.throttled", name),
    );
    const user = userOf(snapshot, name);
    const isRight = await hasher.verify(password, user?.body.password).catch((failure: unknown) => {
      refund(now());
      throw failure;
    });
    if (!isRight || user === undefined)
      throw new OrbweaverError("login-refused", "the name or the password is wrong");
    refund(now());
    return user;
  };

  return {
    async login({ name, password }, from) {
      const user = await proved(name, password, from);
      const rehashed = hasher.isOutdated(user.body.password) ? await hasher.hash(password) : undefined;
      const secret = newSecret("refresh", randomBytes, newId(randomBytes));
      const body = newSession(user.body, secret.digest, now());
      await committed(context, (held) => {
        const current = unchanged(held, user);
        const steps: Step[] = [
          { kind: "sessions", id: secret.id, body },
          ...surplusSessions(held, name, now()),
        ];
        if (rehashed !== undefined)
          steps.push({ kind: "users", id: name, body: { ...current, password: rehashed } });
        return { steps, beside: [log.entry({ who: name, from }, "login", name)] };
      });
      return tokens(user.body, secret, body);
    },

    async refresh(refreshToken, from) {
      const given = parseSecret("refresh", refreshToken);
      if (given === undefined) throw refused("is none");
      const secret = newSecret("refresh", randomBytes, given.id);
      const outcome = await decided(context, (held) => refreshPlan(context, held, { given, secret, from }));
      if (outcome.body === undefined) throw refused(outcome.refusal);
      return tokens(outcome.user, secret, outcome.body);
    },

    async logout(refreshToken, from) {
      const given = parseSecret("refresh", refreshToken);
      if (given === undefined) return;
      await committed(context, (held) => {
        const session = held.sessions.get(given.id);
        if (session === undefined || !isOfSession(session.body, given)) return undefined;
        return ending(context, session, { who: session.body.user, from }, "logout");
      });
    },

    list: (user) =>
      [...snapshot.sessions.values()]
        .filter(({ body }) => body.user === user && endOf(body) > now())
        .sort((left, right) => Date.parse(right.body.created) - Date.parse(left.body.created))
        .map(({ id, body }) => ({
          id,
          created: body.created,
          refreshed: body.refreshed,
          expires: momentOf(endOf(body)),
        })),

    end: (user, id, actor) =>
      committed(context, (held) => {
        const session = held.sessions.get(id);
        if (session === undefined || session.body.user !== user)
          throw new OrbweaverError("session-unknown", `${user} has no session '${id.slice(0, 64)}'`);
        return ending(context, session, actor, "session.end");
      }),

    async endAll(user, actor) {
      let ended = 0;
      await committed(context, (held) => {
        if (userOf(held, user) === undefined)
          throw new OrbweaverError("user-unknown", `there is no user '${user.slice(0, 64)}'`);
        const living = [...held.sessions.values()].filter(({ body }) => body.user === user);
        ended = living.length;
        if (ended === 0) return undefined;
        return {
          steps: living.map(({ id }): Step => ({ kind: "sessions", id, body: undefined })),
          beside: [log.entry(actor, "session.end", user, `${ended} sessions`)],
        };
      });
      return ended;
    },

    async changePassword(identity, actor, { before, after, from }) {
      if (identity.kind !== "user")
        throw new OrbweaverError(
          "access-forbidden",
          "only a user who has logged in has a password to change",
        );
      const { name } = identity;
      checkPassword(after, name);
      await proved(name, before, from);
      await setPassword(actor, name, after);
    },

    recognise(accessToken) {
      const { sub, sid, ver } = verifyToken(accessToken, signingKey(snapshot), now());
      const user = userOf(snapshot, sub);
      const session = snapshot.sessions.get(sid);
      const counts =
        user !== undefined && session !== undefined && session.body.user === sub && user.body.version === ver;
      if (!counts) throw new OrbweaverError("access-refused", "the session of the access token has ended");
      return {
        kind: "user",
        name: sub,
        session: sid,
        permissions: new Set(ROLES[user.body.role].permissions),
      };
    },
  };
}

// --- refreshing -----------------------------------------------------------------------------------------------

type Outcome = { body: SessionBody; user: UserBody } | { body: undefined; refusal: string };

/** Commits a plan that also says how it ended, and gives that of the plan that was taken. */
async function decided(
  context: Context,
  plan: (held: Snapshot) => { plan: Plan | undefined; outcome: Outcome },
): Promise<Outcome> {
  let last: Outcome = { body: undefined, refusal: "is none" };
  await committed(context, (held) => {
    const made = plan(held);
    last = made.outcome;
    return made.plan;
  });
  return last;
}

function refreshPlan(
  context: Context,
  held: Snapshot,
  { given, secret, from }: { given: Secret; secret: Secret; from: string },
): { plan: Plan | undefined; outcome: Outcome } {
  const refusal = (text: string, plan?: Plan): { plan: Plan | undefined; outcome: Outcome } => ({
    plan,
    outcome: { body: undefined, refusal: text },
  });
  const session = held.sessions.get(given.id);
  if (session === undefined || !isOfSession(session.body, given)) return refusal("is of no session");
  const { body } = session;
  const actor = { who: body.user, from };
  if (!sameText(body.digest, given.digest))
    return refusal(
      "was used before; its session has ended",
      ending(context, session, actor, "session.reuse"),
    );
  const user = userOf(held, body.user);
  if (user === undefined || user.body.version !== body.version || endOf(body) <= context.now())
    return refusal("has expired", ending(context, session, actor, "session.expire"));
  const next: SessionBody = {
    ...body,
    digest: secret.digest,
    used: [...body.used, body.digest].slice(-BOUNDS.usedTokens),
    refreshed: momentOf(context.now()),
  };
  return {
    plan: { steps: [{ kind: "sessions", id: session.id, body: next }] },
    outcome: { body: next, user: user.body },
  };
}

/** Whether a refresh token is, or was, one of a session: whoever only knows its id can do nothing to it. */
function isOfSession({ digest, used }: SessionBody, given: Secret): boolean {
  return [digest, ...used].some((one) => sameText(one, given.digest));
}

function ending({ log }: Context, { id, body }: Entry<SessionBody>, actor: Actor, what: string): Plan {
  return {
    steps: [{ kind: "sessions", id, body: undefined }],
    beside: [log.entry(actor, what, body.user, `session ${id}`)],
  };
}

// --- sessions -------------------------------------------------------------------------------------------------

function newSession({ name, version }: UserBody, digest: string, nowMs: number): SessionBody {
  const at = momentOf(nowMs);
  const expires = momentOf(nowMs + SESSION_S.longest * 1000);
  return { user: name, version, digest, used: [], created: at, refreshed: at, expires };
}

function endOf({ refreshed, expires }: SessionBody): number {
  return Math.min(Date.parse(expires), Date.parse(refreshed) + SESSION_S.idle * 1000);
}

/** Steps that end what has expired, and the oldest sessions of a user who is about to have too many. */
function surplusSessions(snapshot: Snapshot, name: string, nowMs: number): Step[] {
  const all = [...snapshot.sessions.values()];
  const expired = all.filter(({ body }) => endOf(body) <= nowMs);
  const living = all
    .filter(({ body }) => body.user === name && endOf(body) > nowMs)
    .sort((left, right) => Date.parse(left.body.refreshed) - Date.parse(right.body.refreshed));
  const surplus = living.slice(0, Math.max(0, living.length - BOUNDS.sessionsOfUser + 1));
  return [...expired, ...surplus].map(({ id }) => ({ kind: "sessions", id, body: undefined }));
}

/** The user as it was when the password was found right; somebody may have changed or removed it meanwhile. */
function unchanged(snapshot: Snapshot, { id, body }: Entry<UserBody>): UserBody {
  const current = userOf(snapshot, id);
  if (current?.body.version === body.version) return current.body;
  throw new OrbweaverError("login-refused", "the name or the password is wrong");
}

/** The key of access tokens; there is one as soon as there is a user. Without it nothing was ever signed. */
function signingKey(snapshot: Snapshot): Uint8Array {
  const state = snapshot.state.get(STATE_ID);
  if (state === undefined) throw new OrbweaverError("access-refused", "no token was ever issued here");
  return Buffer.from(state.body.signingKey, "base64url");
}

function refused(found: string): OrbweaverError {
  return new OrbweaverError("access-refused", `the refresh token ${found}`);
}
