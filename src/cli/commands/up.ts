// orbweaver up: the console and the interface that it speaks to, in one process.

import type { Command } from "commander";
import { jsonText } from "../json.ts";
import { examples, positiveNumber } from "../options.ts";
import type { Console } from "../output.ts";
import { type ServeOptions, servedUntilStopped, withServeOptions } from "../serving.ts";
import type { Shell } from "../shell.ts";

interface Options extends ServeOptions {
  replay?: string;
  speed?: number;
}

const FIRST_USER = "admin";
const REPLAY_NAME = "replay";

export function registerUp(program: Command, shell: Shell): void {
  const command = program
    .command("up")
    .summary("the console and its server")
    .description(
      "Start the console: pages for captures, live traffic, predictions, data sets, training, models, jobs and users, with the HTTP interface of `orbweaver serve` in the same process. The first start adds a user and prints its password, this once.",
    )
    .option("--replay <capture>", "capture that is played again and again as live traffic")
    .option("--speed <factor>", "how fast it is played (default: 1)", positiveNumber);
  withServeOptions(command)
    .addHelpText(
      "after",
      examples([
        ["orbweaver up", "The console on http://127.0.0.1:8085"],
        [
          "orbweaver up --replay office.pcap.gz --speed 10",
          "With a capture that is played ten times as fast",
        ],
        ["orbweaver up --no-auth", "Without a login; on this machine only"],
      ]),
    )
    .action((options: Options) => shell.run(options, (console, signal) => runUp(console, signal, options)));
}

function runUp(console: Console, signal: AbortSignal, options: Options): Promise<number> {
  return servedUntilStopped({ console, signal, options, hasConsole: true }, async (started) => {
    const { address, access, charge, work } = started;
    // First what may fail: a password is printed once, and only by a start that goes well.
    if (options.replay !== undefined) {
      const { playCapture } = await import("../../app/live/play-capture.ts");
      await playCapture(work, { path: options.replay, name: REPLAY_NAME, speed: options.speed });
    }
    const { addFirstUser, commandActor } = await import("../../app/access.ts");
    const login = options.auth === false ? undefined : await addFirstUser(access, commandActor(), FIRST_USER);
    const page = `${address}/console/`;
    if (options.json) {
      await console.line(jsonText({ type: "up", address, console: page, models: charge.names, login }));
      return;
    }
    await console.line(`Console:    ${page}`);
    if (login !== undefined)
      await console.line(`Login:      ${login.name}, password ${login.password} (shown this once)`);
    else if (access.users.list().length > 0)
      await console.line("Login:      as before; a new password: orbweaver user password NAME");
    await console.line(`Interface:  ${address}/docs`);
    await console.line(`Model:      ${charge.names.join(", ")}`);
    if (options.replay !== undefined) await console.line(`Replays:    ${options.replay}`);
    await console.line("Ctrl-C ends it.");
  });
}
