// Mail: SMTP (RFC 5321), POP3 (RFC 1939), IMAP (RFC 9051), plain and over TLS. Knows no attack.

import type { Random } from "../../base/random.ts";
import { type Step, step } from "../script.ts";
import { domain, token, word } from "./names.ts";
import { drawTls, tlsData, tlsHandshake } from "./tls.ts";

const think = (random: Random): number =>
  random.chance(0.7) ? random.integer(200, 8000) : Math.floor(random.logUniform(8000, 900_000));

export function* smtpScript(random: Random): Generator<Step, void> {
  const server = `mx${random.integer(1, 4)}.${domain(random)}`;
  yield step(false, think(random), `220 ${server} ESMTP Postfix\r\n`);
  yield step(true, think(random), `EHLO ${word(random)}.${domain(random)}\r\n`);
  yield step(
    false,
    think(random),
    `250-${server}\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-STARTTLS\r\n250-8BITMIME\r\n250 DSN\r\n`,
  );
  const bytes = random.chance(0.75) ? random.logNormal(6000, 1.2) : random.logUniform(50_000, 6_000_000);
  if (random.chance(0.45)) {
    yield step(true, think(random), "STARTTLS\r\n");
    yield step(false, think(random), "220 2.0.0 Ready to start TLS\r\n");
    yield* tlsHandshake(random, drawTls(random, server));
    for (const length of [60, 70, 60]) {
      yield* tlsData(true, think(random), length);
      yield* tlsData(false, think(random), 30 + length);
    }
    yield* tlsData(true, think(random), bytes);
    yield* tlsData(false, think(random), 60);
    return;
  }
  for (let mails = random.chance(0.8) ? 1 : random.integer(2, 8); mails > 0; mails--) {
    yield step(
      true,
      think(random),
      `MAIL FROM:<${word(random)}@${domain(random)}> SIZE=${Math.floor(bytes)}\r\n`,
    );
    yield step(false, think(random), "250 2.1.0 Ok\r\n");
    yield step(true, think(random), `RCPT TO:<${word(random)}@${domain(random)}>\r\n`);
    if (random.chance(0.06)) {
      yield step(false, think(random), "550 5.1.1 User unknown in local recipient table\r\n");
      break;
    }
    yield step(false, think(random), "250 2.1.5 Ok\r\n");
    yield step(true, think(random), "DATA\r\n");
    yield step(false, think(random), "354 End data with <CR><LF>.<CR><LF>\r\n");
    const head = `Received: from ${domain(random)}\r\nFrom: <${word(random)}@${domain(random)}>\r\nSubject: ${word(random)} ${word(random)}\r\nMIME-Version: 1.0\r\n\r\n`;
    yield step(true, think(random), head, head.length + bytes, "text");
    yield step(true, 0, "\r\n.\r\n");
    yield step(false, think(random), `250 2.0.0 Ok: queued as ${token(random, 10)}\r\n`);
  }
  yield step(true, think(random), "QUIT\r\n");
  yield step(false, think(random), "221 2.0.0 Bye\r\n");
}

export function* popScript(random: Random): Generator<Step, void> {
  const failed = random.chance(0.05);
  // A program answers at once; a person at a terminal takes seconds over every line.
  const byHand = random.chance(0.1);
  const pause = (): number => (byHand ? Math.floor(random.logUniform(800_000, 9_000_000)) : think(random));
  yield step(
    false,
    think(random),
    random.chance(0.4)
      ? `+OK POP server ready ${token(random, random.integer(4, 24))}\r\n`
      : `+OK POP3 ready <${random.integer(1000, 99999)}.${token(random, 8)}@${domain(random)}>\r\n`,
  );
  if (!byHand && random.chance(0.6)) {
    yield step(true, pause(), "CAPA\r\n");
    const more = random.chance(0.5) ? "EXPIRE 60\r\nIMPLEMENTATION mail\r\nSASL PLAIN\r\n" : "";
    yield step(false, think(random), `+OK Capability list follows\r\nTOP\r\nUIDL\r\nUSER\r\n${more}.\r\n`);
  }
  if (random.chance(0.06)) {
    // Some programs only ask what the server can do.
    yield* popQuit(random, pause);
    return;
  }
  if (random.chance(0.15)) {
    yield step(true, pause(), `APOP ${word(random)} ${token(random, 32)}\r\n`);
  } else {
    const name = random.chance(0.5) ? word(random) : `${word(random)}@${domain(random)}`;
    yield step(true, pause(), `USER ${name}\r\n`);
    yield step(
      false,
      think(random),
      random.chance(0.5) ? "+OK\r\n" : `+OK password required for user "${name}"\r\n`,
    );
    yield step(true, pause(), `PASS ${token(random, random.integer(6, 14))}\r\n`);
  }
  yield step(false, think(random), failed ? "-ERR [AUTH] Authentication failed.\r\n" : "+OK Logged in.\r\n");
  if (failed) return;
  const count = random.chance(0.5) ? 0 : random.integer(1, 12);
  yield step(true, pause(), "STAT\r\n");
  yield step(false, think(random), `+OK ${count} ${count * 4321}\r\n`);
  for (const command of ["LIST", "UIDL"]) {
    if (!random.chance(0.5)) continue;
    yield step(true, pause(), `${command}\r\n`);
    yield step(false, think(random), "+OK\r\n", 8 + count * random.integer(8, 40), "text");
  }
  for (let index = 1; index <= count; index++) {
    yield step(true, pause(), `RETR ${index}\r\n`);
    const length = Math.floor(random.logNormal(7000, 1.4));
    yield step(
      false,
      think(random),
      `+OK ${length} octets\r\nReturn-Path: <${word(random)}@${domain(random)}>\r\n`,
      length,
      "text",
    );
    yield step(false, 0, "\r\n.\r\n");
    if (random.chance(0.2)) {
      yield step(true, pause(), `DELE ${index}\r\n`);
      yield step(false, think(random), "+OK\r\n");
    }
  }
  yield* popQuit(random, pause);
}

function* popQuit(random: Random, pause: () => number): Generator<Step, void> {
  yield step(true, pause(), "QUIT\r\n");
  yield step(
    false,
    think(random),
    random.chance(0.5) ? "+OK Logging out.\r\n" : "+OK POP server signing off\r\n",
  );
}

export function* imapScript(random: Random): Generator<Step, void> {
  yield step(
    false,
    think(random),
    "* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE] ready.\r\n",
  );
  let tag = 1;
  const command = (text: string): Step =>
    step(true, think(random), `A${String(tag++).padStart(3, "0")} ${text}\r\n`);
  const answer = (text: string, length = 0): Step => step(false, think(random), text, length, "text");
  yield command(`LOGIN ${word(random)} ${token(random, 9)}`);
  yield answer("A001 OK Logged in\r\n");
  yield command("SELECT INBOX");
  yield answer(
    `* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* ${random.integer(1, 9000)} EXISTS\r\n* 0 RECENT\r\nA002 OK [READ-WRITE] Select completed.\r\n`,
  );
  for (let count = random.integer(0, 10); count > 0; count--) {
    const length = Math.floor(random.logNormal(9000, 1.5));
    yield command(`UID FETCH ${random.integer(1, 99999)} (UID RFC822.SIZE BODY.PEEK[])`);
    yield answer(`* 1 FETCH (UID 12 BODY[] {${length}}\r\n`, length);
    yield step(false, 0, ")\r\nA004 OK Fetch completed.\r\n");
  }
  for (let count = random.integer(0, 6); count > 0; count--) {
    yield command("IDLE");
    yield answer("+ idling\r\n");
    yield step(true, Math.floor(random.logUniform(10_000_000, 1_500_000_000)), "DONE\r\n");
    yield answer("A010 OK Idle completed.\r\n");
  }
  yield command("LOGOUT");
  yield answer("* BYE Logging out\r\nA011 OK Logout completed.\r\n");
}
