// Forms of logins, users, API keys and the audit log, as the interface names them.

import * as z from "zod";
import {
  KEY_DAYS_MAX,
  NAME_LENGTH,
  NAME_PATTERN,
  NAME_RULE,
  PASSWORD_LENGTH,
  PERMISSIONS,
  ROLE_NAMES,
} from "../../app/access.ts";

const nameForm = z.string().regex(NAME_PATTERN, NAME_RULE).describe(`${NAME_RULE}.`);
/** A name that somebody gives and that may be none. */
const anyName = z.string().min(1).max(NAME_LENGTH.maximum);
const newPassword = z.string().min(PASSWORD_LENGTH.minimum).max(PASSWORD_LENGTH.maximum);
const anyPassword = z.string().max(PASSWORD_LENGTH.maximum);
const role = z.enum(ROLE_NAMES);
const permission = z.enum(PERMISSIONS);
const moment = z.iso.datetime().describe("A moment in UTC (RFC 3339).");
const secretText = z.string().min(1).max(128);

export const loginForm = z.strictObject({ name: anyName, password: anyPassword });
export const refreshForm = z.strictObject({ refresh_token: secretText });

export const tokensForm = z.object({
  access_token: z.string().describe("Send it as `Authorization: Bearer …`."),
  token_type: z.literal("Bearer"),
  expires_in: z.int().describe("Seconds that the access token counts."),
  refresh_token: z.string().describe("Gives the next tokens, once: POST /auth/refresh."),
  refresh_expires_in: z.int().describe("Seconds that the refresh token counts."),
  user: z.string(),
});

export const meForm = z.object({
  kind: z.enum(["user", "key", "anybody"]),
  name: z.string(),
  owner: z.string().optional().describe("The user whose API key it is."),
  permissions: z.array(permission),
});

export const sessionsForm = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      created: moment,
      refreshed: moment.describe("When tokens were last issued to it."),
      expires: moment,
      current: z.boolean().describe("Whether this request comes from it."),
    }),
  ),
});
export const sessionParameters = z.object({ id: z.string().min(1).max(64) });
export const endedForm = z.object({ ended: z.int().describe("Sessions that have ended by this.") });

export const rolesForm = z.object({
  roles: z.array(z.object({ name: role, permissions: z.array(permission), meaning: z.string() })),
  permissions: z.array(z.object({ name: permission, meaning: z.string() })),
});

export const userForm = z.object({
  name: z.string(),
  role,
  permissions: z.array(permission),
  created: moment,
  changed: moment,
});
export const usersForm = z.object({ users: z.array(userForm) });
export const newUserForm = z.strictObject({ name: nameForm, role, password: newPassword });
export const userChangeForm = z
  .strictObject({ role: role.optional(), password: newPassword.optional() })
  .refine(({ role: one, password }) => one !== undefined || password !== undefined, "a role or a password");
export const ownPasswordForm = z.strictObject({ old_password: anyPassword, new_password: newPassword });
export const userParameters = z.object({ name: anyName });

export const keyForm = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(permission),
  owner: z.string().optional(),
  created: moment,
  created_by: z.string(),
  expires: moment.optional(),
  used: moment.optional().describe("Last use, to the hour."),
  revoked: moment.optional(),
  state: z.enum(["usable", "expired", "revoked"]),
});
export const keysForm = z.object({ keys: z.array(keyForm) });
export const newKeyForm = z.strictObject({
  name: nameForm,
  scopes: z.array(permission).min(1).max(PERMISSIONS.length),
  owner: anyName.optional().describe("The user whose key it is; without one it is the machine's."),
  days: z.int().min(1).max(KEY_DAYS_MAX).optional().describe("Days that it counts; for ever without."),
});
export const madeKeyForm = z.object({
  key: keyForm,
  secret: z.string().describe("The key itself: shown this once."),
});
export const keyParameters = z.object({ id: z.string().min(1).max(64) });

export const logQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.string().min(1).max(64).optional().describe("Entries before the one of this id."),
  who: z.string().min(1).max(256).optional(),
  what: z.string().min(1).max(256).optional(),
});
export const logForm = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      at: moment,
      who: z.string(),
      what: z.string(),
      target: z.string(),
      from: z.string().describe("An address, or the command line."),
      detail: z.string().optional(),
    }),
  ),
  next: z.string().optional().describe("Give it as `before` to read on."),
});
