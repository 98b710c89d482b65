// Which lines of a session count as what, by protocol. Every rule is told in docs/reference/kdd.md. Lines come whole, in
// lower case, without their ends; a list of words is separated and ended by "|".

import {
  AWAITS_ENCRYPTION,
  AWAITS_GO,
  AWAITS_LOGIN,
  AWAITS_MAIL,
  AWAITS_NAME,
  AWAITS_NOTHING,
  AWAITS_PASSWORD,
  AWAITS_TEXT,
  Dialogue,
  KIND_FTP,
  KIND_HTTP,
  KIND_IMAP,
  KIND_POP,
  KIND_SMTP,
  KIND_TELNET,
} from "./dialogue-state";
import { contains, containsAny, endsWith, isAny, matches, skipSpaces, skipWord, startsWith } from "./text";

const GUESTS = "anonymous|ftp|guest|visitor|";
const HOSTS = "root|adm|admin|administrator|";
const ACCESS_FILES =
  "/etc/passwd|/etc/shadow|/etc/group|/etc/sudoers|master.passwd|.rhosts|hosts.equiv|hosts.allow|hosts.deny|.htaccess|.htpasswd|authorized_keys|.netrc|";
const SYSTEM_DIRECTORIES =
  "/etc|/bin|/sbin|/usr/bin|/usr/sbin|/root|/dev/|/proc/|/var/log|/var/spool|../|\\winnt|\\windows|system32|";
/** In paths of web pages; plain names of directories are common there. */
const WEB_INTRUSIONS = "/etc/|../|..\\|/bin/sh|/bin/bash|cmd.exe|system32|/winnt/|/proc/self|/var/log|cgi-bin/phf|";
const SHELLS = "sh|bash|csh|tcsh|ksh|zsh|ash|dash|/bin/sh|/bin/bash|/bin/csh|/bin/tcsh|/bin/ksh|/bin/zsh|/usr/bin/sh|/usr/bin/bash|";
const BEFORE_SHELLS = "exec|sudo|env|nohup|";
const PROGRAMS = "gcc|cc|make|ld|as|perl|python|ruby|chmod|chown|xterm|gdb|";
const CREATORS = "touch|mkdir|cp|mv|tee|ln|mknod|wget|";
const REFUSALS =
  "login incorrect|login failed|incorrect login|invalid login|invalid password|bad password|incorrect password|password incorrect|access denied|authentication fail|authentication error|permission denied, please try again|";
const MISSING = "not found|no such file|";

/** A line that the client sent. */
export function clientLine(dialogue: Dialogue, line: usize, length: i32): void {
  switch (dialogue.kind) {
    case KIND_FTP:
      return ftpCommand(dialogue, line, length);
    case KIND_TELNET:
      return typed(dialogue, line, length);
    case KIND_SMTP:
      return smtpCommand(dialogue, line, length);
    case KIND_POP:
      return popCommand(dialogue, line, length);
    case KIND_IMAP:
      return imapCommand(dialogue, line, length);
    default:
      return httpRequest(dialogue, line, length);
  }
}

/** A line that the server sent. */
export function serverLine(dialogue: Dialogue, line: usize, length: i32): void {
  switch (dialogue.kind) {
    case KIND_FTP:
      return ftpReply(dialogue, line, length);
    case KIND_TELNET:
      return shown(dialogue, line, length);
    case KIND_SMTP:
      return smtpReply(dialogue, line, length);
    case KIND_POP:
      return popReply(dialogue, line, length);
    case KIND_IMAP:
      return imapReply(dialogue, line, length);
    default:
      return httpAnswer(dialogue, line, length);
  }
}

/** The server waits at the end of this unfinished line. Telnet only. */
export function serverPause(dialogue: Dialogue, line: usize, given: i32): void {
  let length = given;
  while (length > 0 && load<u8>(line + <usize>(length - 1)) == 0x20) length--;
  if (endsWith(line, length, "password:")) dialogue.awaits = AWAITS_PASSWORD;
  else if (endsWith(line, length, "login:") || endsWith(line, length, "username:")) {
    if (!contains(line, length, "last login")) dialogue.awaits = AWAITS_NAME;
  } else if (dialogue.awaits != AWAITS_NAME && dialogue.awaits != AWAITS_PASSWORD) {
    prompt(dialogue, line, length, length < given);
  }
}

function named(dialogue: Dialogue, line: usize, start: i32, end: i32): void {
  if (isAny(line, start, end, GUESTS)) dialogue.guestLogin = true;
  if (isAny(line, start, end, HOSTS)) dialogue.hostLogin = true;
  dialogue.rootName = isAny(line, start, end, "root|");
}

function accepted(dialogue: Dialogue): void {
  dialogue.loggedIn = true;
  dialogue.awaits = AWAITS_NOTHING;
}

function refused(dialogue: Dialogue): void {
  dialogue.failedLogins++;
  dialogue.awaits = AWAITS_NOTHING;
}

function countFiles(dialogue: Dialogue, line: usize, length: i32): void {
  if (containsAny(line, length, ACCESS_FILES)) dialogue.accessFiles++;
  if (containsAny(line, length, SYSTEM_DIRECTORIES)) dialogue.hot++;
}

// --- FTP (RFC 959, 4217) ------------------------------------------------------------------------------------

function ftpCommand(dialogue: Dialogue, line: usize, length: i32): void {
  const end = skipWord(line, length, 0);
  const argument = skipSpaces(line, length, end);
  if (isAny(line, 0, end, "user|")) {
    named(dialogue, line, argument, skipWord(line, length, argument));
    dialogue.awaits = AWAITS_LOGIN;
  } else if (isAny(line, 0, end, "pass|")) dialogue.awaits = AWAITS_LOGIN;
  else if (isAny(line, 0, end, "auth|")) dialogue.awaits = AWAITS_ENCRYPTION;
  else ftpWork(dialogue, line, length, end);
}

function ftpWork(dialogue: Dialogue, line: usize, length: i32, end: i32): void {
  if (dialogue.root) dialogue.rootAccesses++;
  countFiles(dialogue, line, length);
  if (isAny(line, 0, end, "stor|stou|appe|mkd|xmkd|")) dialogue.fileCreations++;
  if (dialogue.guestLogin && isAny(line, 0, end, "retr|stor|stou|appe|")) dialogue.hot++;
  if (!isAny(line, 0, end, "site|")) return;
  if (contains(line, length, " exec")) dialogue.shells++;
  if (containsAny(line, length, " exec| chmod|")) dialogue.hot++;
}

function ftpReply(dialogue: Dialogue, line: usize, length: i32): void {
  // "230-" announces more lines, of which the last one has a space instead.
  if (length > 3 && load<u8>(line + 3) == 0x2d) return;
  const awaits = dialogue.awaits;
  if (startsWith(line, length, "230") && awaits == AWAITS_LOGIN) {
    accepted(dialogue);
    dialogue.root = dialogue.rootName;
  } else if (startsWith(line, length, "530") && awaits == AWAITS_LOGIN) refused(dialogue);
  else if (startsWith(line, length, "550")) dialogue.compromised++;
  else if (startsWith(line, length, "234") && awaits == AWAITS_ENCRYPTION) dialogue.encrypted = true;
}

// --- Telnet -------------------------------------------------------------------------------------------------

function typed(dialogue: Dialogue, line: usize, length: i32): void {
  if (dialogue.awaits == AWAITS_NAME) {
    const start = skipSpaces(line, length, 0);
    named(dialogue, line, start, skipWord(line, length, start));
    dialogue.awaits = AWAITS_LOGIN;
  } else if (dialogue.awaits == AWAITS_PASSWORD) dialogue.awaits = AWAITS_LOGIN;
  else if (dialogue.loggedIn) shellCommand(dialogue, line, length);
}

function shellCommand(dialogue: Dialogue, line: usize, length: i32): void {
  const start = skipSpaces(line, length, 0);
  const end = skipWord(line, length, start);
  const second = skipSpaces(line, length, end);
  const secondEnd = skipWord(line, length, second);
  if (dialogue.root) dialogue.rootAccesses++;
  countFiles(dialogue, line, length);
  if (isAny(line, start, end, PROGRAMS) || matches(line, length, start, "./")) dialogue.hot++;
  if (isAny(line, start, end, CREATORS) || contains(line, length, ">")) dialogue.fileCreations++;
  if (
    isAny(line, start, end, SHELLS) ||
    (isAny(line, start, end, BEFORE_SHELLS) && isAny(line, second, secondEnd, SHELLS))
  ) {
    dialogue.shells++;
  }
  if (isAny(line, start, end, "su|") && (second == length || isAny(line, second, length, "-|root|- root|-l root|-l|"))) {
    dialogue.suAttempted = true;
  }
}

function shown(dialogue: Dialogue, line: usize, length: i32): void {
  if (containsAny(line, length, REFUSALS)) {
    if (dialogue.awaits == AWAITS_LOGIN) refused(dialogue);
    return;
  }
  if (dialogue.awaits == AWAITS_LOGIN && containsAny(line, length, "last login|welcome|logged in|")) entered(dialogue);
  if (!dialogue.loggedIn) return;
  if (containsAny(line, length, MISSING)) dialogue.compromised++;
  if (contains(line, length, "uid=0(")) {
    dialogue.rootShell = true;
    dialogue.root = true;
  }
}

function entered(dialogue: Dialogue): void {
  accepted(dialogue);
  if (dialogue.rootName) dialogue.root = true;
}

/** A shell that waits for a command: "$ ", "% ", ">" with or without a space, or "# " for the superuser. */
function prompt(dialogue: Dialogue, line: usize, length: i32, spaced: bool): void {
  if (length == 0) return;
  const last = <i32>load<u8>(line + <usize>(length - 1));
  const superuser = spaced && last == 0x23;
  if (!superuser && last != 0x3e && !(spaced && (last == 0x24 || last == 0x25))) return;
  accepted(dialogue);
  dialogue.root = superuser;
  if (superuser) dialogue.rootShell = true;
}

// --- SMTP (RFC 5321, 4954, 3207) ----------------------------------------------------------------------------

function smtpCommand(dialogue: Dialogue, line: usize, length: i32): void {
  if (dialogue.awaits == AWAITS_TEXT) {
    if (length == 1 && load<u8>(line) == 0x2e) dialogue.awaits = AWAITS_NOTHING;
    return;
  }
  const end = skipWord(line, length, 0);
  if (isAny(line, 0, end, "auth|")) dialogue.awaits = AWAITS_LOGIN;
  else if (isAny(line, 0, end, "mail|")) dialogue.awaits = AWAITS_MAIL;
  else if (isAny(line, 0, end, "data|")) dialogue.awaits = AWAITS_GO;
  else if (isAny(line, 0, end, "starttls|")) dialogue.awaits = AWAITS_ENCRYPTION;
  else if (isAny(line, 0, end, "wiz|debug|") || contains(line, length, ":|")) dialogue.hot++;
}

function smtpReply(dialogue: Dialogue, line: usize, length: i32): void {
  const awaits = dialogue.awaits;
  if (startsWith(line, length, "535")) refused(dialogue);
  else if (startsWith(line, length, "235")) accepted(dialogue);
  else if (startsWith(line, length, "250") && awaits == AWAITS_MAIL) accepted(dialogue);
  else if (startsWith(line, length, "354") && awaits == AWAITS_GO) dialogue.awaits = AWAITS_TEXT;
  else if (startsWith(line, length, "220") && awaits == AWAITS_ENCRYPTION) dialogue.encrypted = true;
}

// --- POP3 (RFC 1939, 5034, 2595) ----------------------------------------------------------------------------

function popCommand(dialogue: Dialogue, line: usize, length: i32): void {
  const end = skipWord(line, length, 0);
  const argument = skipSpaces(line, length, end);
  if (isAny(line, 0, end, "user|apop|")) named(dialogue, line, argument, skipWord(line, length, argument));
  if (isAny(line, 0, end, "pass|apop|auth|")) dialogue.awaits = AWAITS_LOGIN;
  else if (isAny(line, 0, end, "stls|")) dialogue.awaits = AWAITS_ENCRYPTION;
}

function popReply(dialogue: Dialogue, line: usize, length: i32): void {
  const awaits = dialogue.awaits;
  if (startsWith(line, length, "+ok")) {
    if (awaits == AWAITS_LOGIN) accepted(dialogue);
    else if (awaits == AWAITS_ENCRYPTION) dialogue.encrypted = true;
  } else if (startsWith(line, length, "-err") && awaits == AWAITS_LOGIN) refused(dialogue);
}

// --- IMAP (RFC 9051) ----------------------------------------------------------------------------------------

function imapCommand(dialogue: Dialogue, line: usize, length: i32): void {
  const start = skipSpaces(line, length, skipWord(line, length, 0));
  const end = skipWord(line, length, start);
  if (isAny(line, start, end, "login|authenticate|")) {
    dialogue.awaits = AWAITS_LOGIN;
    const name = skipSpaces(line, length, end);
    if (isAny(line, start, end, "login|")) named(dialogue, line, name, skipWord(line, length, name));
  } else if (isAny(line, start, end, "starttls|")) dialogue.awaits = AWAITS_ENCRYPTION;
  else if (isAny(line, start, end, "create|append|")) dialogue.fileCreations++;
}

function imapReply(dialogue: Dialogue, line: usize, length: i32): void {
  // The answer to a command begins with its tag; "*" and "+" are no tags.
  if (startsWith(line, length, "* ") || startsWith(line, length, "+ ")) return;
  const start = skipSpaces(line, length, skipWord(line, length, 0));
  const end = skipWord(line, length, start);
  const done = isAny(line, start, end, "ok|");
  if (!done && !isAny(line, start, end, "no|bad|")) return;
  if (dialogue.awaits == AWAITS_LOGIN) {
    if (done) accepted(dialogue);
    else refused(dialogue);
  } else if (dialogue.awaits == AWAITS_ENCRYPTION && done) dialogue.encrypted = true;
}

// --- HTTP (RFC 9112, 9110) ----------------------------------------------------------------------------------

function httpRequest(dialogue: Dialogue, line: usize, length: i32): void {
  if (startsWith(line, length, "authorization:") || startsWith(line, length, "proxy-authorization:")) {
    dialogue.awaits = AWAITS_LOGIN;
    return;
  }
  const end = skipWord(line, length, 0);
  if (!isAny(line, 0, end, "get|post|head|put|delete|options|patch|connect|")) return;
  const plain = decodePath(line, length);
  if (containsAny(line, plain, WEB_INTRUSIONS)) dialogue.hot++;
  if (containsAny(line, plain, ACCESS_FILES)) dialogue.accessFiles++;
  if (containsAny(line, plain, "/bin/sh|/bin/bash|cmd.exe|")) dialogue.shells++;
  if (isAny(line, 0, end, "put|")) dialogue.fileCreations++;
}

function httpAnswer(dialogue: Dialogue, line: usize, length: i32): void {
  if (!startsWith(line, length, "http/1.")) return;
  const status = skipSpaces(line, length, skipWord(line, length, 0));
  const end = skipWord(line, length, status);
  if (isAny(line, status, end, "401|407|")) {
    if (dialogue.awaits == AWAITS_LOGIN) refused(dialogue);
    return;
  }
  if (isAny(line, status, end, "404|")) dialogue.compromised++;
  accepted(dialogue);
}

/** Writes characters that stand as %xx; answers the new length. */
function decodePath(line: usize, length: i32): i32 {
  let to = 0;
  for (let from = 0; from < length; from++, to++) {
    let byte = <i32>load<u8>(line + <usize>from);
    if (byte == 0x25 && from + 2 < length) {
      const high = hexadecimal(<i32>load<u8>(line + <usize>(from + 1)));
      const low = hexadecimal(<i32>load<u8>(line + <usize>(from + 2)));
      if (high >= 0 && low >= 0) {
        byte = (high << 4) | low;
        if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20;
        from += 2;
      }
    }
    store<u8>(line + <usize>to, <u8>byte);
  }
  return to;
}

function hexadecimal(byte: i32): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}
