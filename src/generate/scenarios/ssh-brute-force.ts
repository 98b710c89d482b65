// Guessing at SSH; the rhythm is that of brute-force.ts.

import { drawSsh, sshHandshake, sshPassword } from "../applications/shell.ts";
import { type Step, step } from "../script.ts";
import type { Scenario, Stage } from "../stage.ts";
import { BRUTE_FORCE_PARAMETERS, startGuessing } from "./brute-force.ts";

const TOOLS = [
  "libssh2_1.10.0",
  "libssh_0.9.6",
  "libssh-0.6.3",
  "paramiko_2.4.2",
  "Go",
  "OpenSSH_7.4",
  "PUTTY",
  "JSCH-0.1.54",
  "MEDUSA_1.0",
  "OpenSSH_8.9p1 Ubuntu-3",
];

export const scenario: Scenario = {
  name: "ssh-brute-force",
  label: "brute-force",
  attack: true,
  title: "SSH password guessing",
  description:
    "Connection after connection to SSH servers: banners, key exchange, one to six refused passwords, end. Some connections are turned away before that.",
  parameters: BRUTE_FORCE_PARAMETERS,
  start(stage) {
    const { random } = stage;
    const tool = random.pick(TOOLS);
    const habits = drawSsh(random, [tool]);
    const refusalUs = random.logUniform(10_000, 3_500_000);
    startGuessing(stage, {
      port: random.chance(0.88) ? 22 : random.pick([2222, 222, 22222]),
      script: () => attempt(stage, habits, refusalUs),
      droppedScript: () => [step(true, 500, `SSH-2.0-${tool}\r\n`)].values(),
    });
  },
};

function* attempt(
  stage: Stage,
  habits: ReturnType<typeof drawSsh>,
  refusalUs: number,
): Generator<Step, void> {
  const { random } = stage;
  yield* sshHandshake(random, habits);
  const attempts = random.chance(0.5) ? stage.number("attempts") : 1;
  const lucky = random.chance(0.002);
  for (let index = 0; index < attempts; index++)
    yield* sshPassword(random, lucky && index === attempts - 1, refusalUs);
}
