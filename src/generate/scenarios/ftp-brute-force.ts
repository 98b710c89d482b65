// Guessing at FTP; the rhythm is that of brute-force.ts.

import { token, word } from "../applications/names.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";
import { BRUTE_FORCE_PARAMETERS, startGuessing } from "./brute-force.ts";

export const scenario: Scenario = {
  name: "ftp-brute-force",
  label: "brute-force",
  attack: true,
  title: "FTP password guessing",
  description: "Connection after connection to FTP servers: user, password, refusal, again or end.",
  parameters: BRUTE_FORCE_PARAMETERS,
  start(stage) {
    const { random } = stage;
    const banner = `220 ${random.pick(["(vsFTPd 3.0.3)", "ProFTPD Server ready.", "Microsoft FTP Service", "Welcome to Pure-FTPd"])}\r\n`;
    const refusalUs = random.logUniform(2000, 3_500_000);
    const user = random.chance(0.7) ? random.pick(["admin", "root", "ftp", "test"]) : undefined;
    startGuessing(stage, {
      port: 21,
      script: () => attempt(stage, banner, refusalUs, user),
      droppedScript: () =>
        [step(false, 900, "421 There are too many connections from your internet address.\r\n")].values(),
    });
  },
};

function* attempt(
  stage: Stage,
  banner: string,
  refusalUs: number,
  user: string | undefined,
): Generator<Step, void> {
  const { random } = stage;
  yield step(false, random.integer(300, 90_000), banner);
  const attempts = random.chance(0.5) ? stage.number("attempts") : 1;
  for (let index = 0; index < attempts; index++) {
    yield step(true, random.integer(100, 9000), `USER ${user ?? word(random)}\r\n`);
    yield step(false, random.integer(200, 9000), "331 Please specify the password.\r\n");
    yield step(true, random.integer(100, 9000), `PASS ${token(random, random.integer(4, 14))}\r\n`);
    yield step(false, Math.floor(random.logNormal(refusalUs, 0.2)), "530 Login incorrect.\r\n");
  }
  if (random.chance(0.4)) {
    yield step(true, random.integer(100, 4000), "QUIT\r\n");
    yield step(false, random.integer(200, 4000), "221 Goodbye.\r\n");
  }
}
