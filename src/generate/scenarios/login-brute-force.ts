// Guessing at doors other than SSH and FTP, so that the class is not tied to two ports.

import { AGENTS, token, word } from "../applications/names.ts";
import { drawTls, overTls, tlsHandshake } from "../applications/tls.ts";
import { requestHead, responseHead } from "../applications/web.ts";
import { bodyStep, type Script, type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";
import { BRUTE_FORCE_PARAMETERS, startGuessing } from "./brute-force.ts";

interface Door {
  port: number;
  attempt: (stage: Stage) => Script;
}

const DOORS: Readonly<Record<string, Door>> = {
  telnet: { port: 23, attempt: telnet },
  web: { port: 80, attempt: web },
  "web-tls": {
    port: 443,
    attempt: (stage) => overTls(stage.random, drawTls(stage.random, "login.example.net"), web(stage)),
  },
  pop3: {
    port: 110,
    attempt: (stage) =>
      mail(
        stage,
        "+OK ready\r\n",
        (user) => `USER ${user}\r\n`,
        "+OK\r\n",
        (word) => `PASS ${word}\r\n`,
        "-ERR [AUTH] Authentication failed.\r\n",
      ),
  },
  smtp: {
    port: 25,
    attempt: (stage) =>
      mail(
        stage,
        "220 ESMTP\r\n",
        () => "AUTH LOGIN\r\n",
        "334 VXNlcm5hbWU6\r\n",
        (word) => `${word}\r\n`,
        "535 5.7.8 Error: authentication failed\r\n",
      ),
  },
  "remote-desktop": { port: 3389, attempt: remoteDesktop },
  database: { port: 3306, attempt: database },
};

export const scenario: Scenario = {
  name: "login-brute-force",
  label: "brute-force",
  attack: true,
  title: "Password guessing at other services",
  description: "The same at Telnet, web forms (plain and TLS), POP3, SMTP, remote desktop and databases.",
  parameters: [
    ...BRUTE_FORCE_PARAMETERS,
    {
      name: "door",
      choices: { telnet: 20, web: 20, "web-tls": 14, pop3: 10, smtp: 10, "remote-desktop": 16, database: 10 },
      description: "Which service",
    },
  ],
  start(stage) {
    const door = DOORS[stage.choice("door")];
    startGuessing(stage, {
      port: door.port,
      script: () => door.attempt(stage),
      droppedScript: () => [].values(),
    });
  },
};

function* telnet(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  yield step(
    false,
    random.integer(1000, 90_000),
    new Uint8Array([255, 253, 1, 255, 253, 31, 255, 251, 1, 255, 251, 3]),
  );
  yield step(true, random.integer(300, 5000), new Uint8Array([255, 252, 1, 255, 252, 31]));
  for (let count = stage.number("attempts"); count > 0; count--) {
    yield step(false, random.integer(500, 30_000), "login: ");
    yield step(true, random.integer(300, 60_000), `${random.pick(["root", "admin", "guest", "user"])}\r\n`);
    yield step(false, random.integer(500, 9000), "Password: ");
    yield step(true, random.integer(300, 60_000), `${token(random, random.integer(4, 10))}\r\n`);
    yield step(false, Math.floor(random.logUniform(50_000, 3_000_000)), "\r\nLogin incorrect\r\n");
  }
}

function* web(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  const agent = random.pick(AGENTS);
  for (let count = stage.number("attempts"); count > 0; count--) {
    const form = `username=admin&password=${token(random, random.integer(4, 14))}&Login=Login`;
    const head = requestHead(random, {
      method: "POST",
      path: "/login.php",
      host: "login.example.net",
      agent,
      length: form.length,
    });
    yield step(true, random.integer(50, 3000), head + form);
    const length = random.integer(900, 6000);
    const answer = responseHead(random, random.chance(0.6) ? "200 OK" : "302 Found", "text/html", length);
    yield step(false, random.integer(900, 60_000), answer, answer.length + length);
  }
}

function* mail(
  stage: Stage,
  banner: string,
  user: (name: string) => string,
  goOn: string,
  password: (text: string) => string,
  refusal: string,
): Generator<Step, void> {
  const { random } = stage;
  yield step(false, random.integer(900, 90_000), banner);
  for (let count = stage.number("attempts"); count > 0; count--) {
    yield step(true, random.integer(200, 9000), user(word(random)));
    yield step(false, random.integer(300, 9000), goOn);
    yield step(true, random.integer(200, 9000), password(token(random, random.integer(5, 16))));
    yield step(false, Math.floor(random.logUniform(50_000, 4_000_000)), refusal);
  }
}

function* remoteDesktop(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  yield step(
    true,
    random.integer(100, 5000),
    new Uint8Array([3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0]),
  );
  yield step(
    false,
    random.integer(900, 60_000),
    new Uint8Array([3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0]),
  );
  yield* tlsHandshake(random, drawTls(random, `${word(random)}.local`));
  for (let count = 3; count > 0; count--) {
    yield bodyStep(true, random.integer(500, 20_000), random.integer(90, 700), "random");
    yield bodyStep(false, random.integer(500, 90_000), random.integer(60, 400), "random");
  }
}

function* database(stage: Stage): Generator<Step, void> {
  const { random } = stage;
  const greeting =
    "J\0\0\0\n5.7.44-log\0\x01\0\0\0abcdefgh\0\xff\xf7!\x02\0\x0f\x80\x15\0\0\0\0\0\0\0\0\0\0abcdefghijkl\0mysql";
  const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const hello = latin(`${greeting}_native_password\0`);
  hello[0] = hello.length - 4;
  yield step(false, random.integer(300, 30_000), hello);
  const login = latin(
    `\0\0\0\x01\x85\xa2\x0f\0\0\0\0\x01!${"\0".repeat(23)}root\0\x14${token(random, 20)}mysql_native_password\0`,
  );
  login[0] = login.length - 4;
  yield step(true, random.integer(100, 5000), login);
  const refusal = latin(
    "\0\0\0\x02\xff\x15\x04#28000Access denied for user 'root'@'10.0.0.9' (using password: YES)",
  );
  refusal[0] = refusal.length - 4;
  yield step(false, random.integer(300, 30_000), refusal);
}
