// How names of users and API keys, and passwords, may look. Knows no users.

import { type ErrorCode, OrbweaverError } from "../base/errors.ts";

/** Characters of a name. */
export const NAME_LENGTH = { minimum: 2, maximum: 64 } as const;
/** Characters of a password; NIST SP 800-63B asks for 8 or more, and for room for 64 or more. */
export const PASSWORD_LENGTH = { minimum: 12, maximum: 256 } as const;
/** Fewer different characters than these are guessed at once, however many there are. */
const DISTINCT_MINIMUM = 5;

/** Lower case only, so that no two names differ by case alone; nothing that a path, a log line or a formula could read. */
export const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])$/;
export const NAME_RULE = `${NAME_LENGTH.minimum} to ${NAME_LENGTH.maximum} lower-case letters, digits and . _ @ -, with a letter or digit at either end`;

/** Throws with `code` unless it is a name. */
export function checkName(name: string, what: string, code: ErrorCode): void {
  if (NAME_PATTERN.test(name)) return;
  const found = name.length > NAME_LENGTH.maximum ? `${name.length} characters` : `'${name}'`;
  throw new OrbweaverError(code, `${found} is no name of ${what}, expected ${NAME_RULE}`);
}

/** The password as it is hashed: in the form NFKC, since keyboards spell the same characters differently. */
export function normalPassword(password: string): string {
  return password.normalize("NFKC");
}

/**
 * Throws `user-invalid` unless a password may be taken for a user. The message never holds it.
 *
 * There are no rules about kinds of characters: they make passwords worse (NIST SP 800-63B, section 3.1.1.2).
 */
export function checkPassword(password: string, name: string): void {
  const text = normalPassword(password);
  const { minimum, maximum } = PASSWORD_LENGTH;
  if (text.length < minimum || text.length > maximum)
    throw wrongPassword(`has ${text.length} characters, expected ${minimum} to ${maximum}`);
  if (/\p{Cc}/u.test(text)) throw wrongPassword("has control characters, expected none");
  if (new Set(text).size < DISTINCT_MINIMUM)
    throw wrongPassword(`has fewer than ${DISTINCT_MINIMUM} different characters`);
  if (text.toLowerCase().includes(name) && text.length < name.length + minimum)
    throw wrongPassword("is little more than the user's name");
}

function wrongPassword(found: string): OrbweaverError {
  return new OrbweaverError("user-invalid", `the password ${found}`);
}
