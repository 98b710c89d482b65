// What is known of a dialogue between a client and a server: what was counted, and what is being waited for.

export const KIND_NONE: i32 = 0;
export const KIND_FTP: i32 = 1;
export const KIND_TELNET: i32 = 2;
export const KIND_SMTP: i32 = 3;
export const KIND_POP: i32 = 4;
export const KIND_IMAP: i32 = 5;
export const KIND_HTTP: i32 = 6;

/** Nothing; a login name; a password; the answer to a login; to a request for encryption; to a greeting or command. */
export const AWAITS_NOTHING: i32 = 0;
export const AWAITS_NAME: i32 = 1;
export const AWAITS_PASSWORD: i32 = 2;
export const AWAITS_LOGIN: i32 = 3;
export const AWAITS_ENCRYPTION: i32 = 4;
export const AWAITS_MAIL: i32 = 5;
/** The text of a mail, up to a line that is a full stop. */
export const AWAITS_TEXT: i32 = 6;
export const AWAITS_GO: i32 = 7;

@unmanaged
@final
export class Dialogue {
  kind: i32;
  awaits: i32;
  /** Payload bytes captured. */
  captured: f64;
  /** Encryption was agreed on: nothing more can be read. */
  encrypted: bool;
  /** The name given last is the superuser's. */
  rootName: bool;
  /** What is typed now is done by the superuser. */
  root: bool;
  loggedIn: bool;
  rootShell: bool;
  suAttempted: bool;
  hostLogin: bool;
  guestLogin: bool;
  hot: u32;
  failedLogins: u32;
  compromised: u32;
  rootAccesses: u32;
  fileCreations: u32;
  shells: u32;
  accessFiles: u32;
}
