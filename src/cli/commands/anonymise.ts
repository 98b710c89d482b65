// orbweaver anonymise: a capture with other addresses.

import { type Command, Option } from "commander";
import type { AnonymiseResult } from "../../app/anonymise.ts";
import { bytesText, counted } from "../../base/number-text.ts";
import { tellOfCaptures } from "../captures.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import { examples, withShellOptions } from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";

interface Options extends ShellOptions {
  out: string;
  anonymiseKey?: string;
  snap?: "headers";
}

export function registerAnonymise(program: Command, shell: Shell): void {
  const command = program
    .command("anonymise")
    .summary("a capture with other addresses")
    .description(
      "Replace the IPv4 and IPv6 addresses of a capture by Crypto-PAn: hosts of one network stay hosts of one network. Checksums are moved along. Hardware addresses and payloads are not touched; --snap headers cuts payloads off.",
    )
    .argument("<capture>", "pcap or pcapng file, plain or gzip; - for standard input")
    .requiredOption("-o, --out <file>", "pcap file to write, or - for standard output")
    .option(
      "--anonymise-key <file>",
      "file of the key: 32 bytes, or 64 hexadecimal digits (default: ORBWEAVER_ANONYMISE_KEY)",
    )
    .addOption(new Option("--snap <what>", "cut frames: behind their headers").choices(["headers"]));
  withShellOptions(command, "a summary as JSON on standard output; needs --out FILE")
    .addHelpText(
      "after",
      examples([
        ["head -c 32 /dev/urandom > key && chmod 600 key", "A new key"],
        [
          "orbweaver anonymise office.pcap --anonymise-key key --out public.pcap",
          "The capture under other addresses",
        ],
        [
          "orbweaver anonymise office.pcap --anonymise-key key --snap headers --out public.pcap",
          "The same without payloads",
        ],
      ]),
    )
    .action((capture: string, options: Options) =>
      shell.run(options, (console, signal) => runAnonymise(console, signal, capture, options)),
    );
}

async function runAnonymise(
  console: Console,
  signal: AbortSignal,
  capture: string,
  options: Options,
): Promise<number> {
  const toStandardOutput = options.out === "-";
  if (toStandardOutput && options.json) {
    throw usageError("--json needs --out FILE: standard output cannot carry both a capture and a summary");
  }
  const { anonymise } = await import("../../app/anonymise.ts");
  const result = await anonymise({
    capture,
    out: options.out,
    keyFile: options.anonymiseKey,
    headersOnly: options.snap === "headers",
    signal,
    onProgress: (progress) =>
      console.live(() => `${bytesText(progress.bytesRead)}  ${counted(progress.frames, "packet")}`),
  });
  console.clearLive();
  const damage = tellOfCaptures(console, [result.capture], options.quiet);
  if (options.json) await console.line(jsonText({ type: "summary", ...result }));
  else if (!toStandardOutput) for (const line of resultLines(result, options)) await console.line(line);
  return result.cancelled ? cancelledExit(console) : damage;
}

function resultLines({ counts, written }: AnonymiseResult, { snap }: Options): string[] {
  const lines = [
    `${counted(written.frames, "packet")}, ${bytesText(written.bytes)} in ${written.path}`,
    `  ${counted(counts.changed, "packet")} with other addresses`,
  ];
  if (counts.unchanged > 0)
    lines.push(`  ${counted(counts.unchanged, "packet")} without an address that is known, as before`);
  if (snap === undefined) lines.push("  Not touched: hardware addresses, payloads and the addresses in them");
  else lines.push(`  ${bytesText(counts.bytesCut)} of payloads cut off; not touched: hardware addresses`);
  return lines;
}
