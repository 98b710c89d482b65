// orbweaver meter: captures to feature rows.

import { type Command, Option } from "commander";
import type { MeterResult, NameStyle, RowFormat } from "../../app/meter.ts";
import { bytesText, groupedText } from "../../base/number-text.ts";
import { progressText, tellOfCaptures } from "../captures.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
import { ledgerLines } from "../ledger-text.ts";
import {
  checkLiveOptions,
  type LiveOptionValues,
  listInterfaces,
  liveSettings,
  tellLive,
  tellOfLive,
  withLiveOptions,
} from "../live-options.ts";
import {
  examples,
  type MeterOptionValues,
  meterSettings,
  withMeterOptions,
  withShellOptions,
} from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";

interface Options extends MeterOptionValues, LiveOptionValues, ShellOptions {
  schema: string;
  out: string;
  format?: RowFormat;
  names?: NameStyle;
  timezone?: string;
  missing?: string;
}

export function registerMeter(program: Command, shell: Shell): void {
  const command = program
    .command("meter")
    .summary("captures to feature rows")
    .description(
      "Meter captures or an interface: one row of features per flow, as the schema says. Several captures are one input, in the given order.",
    )
    .argument("[capture...]", "pcap or pcapng files, plain or gzip; - for standard input")
    .option("--schema <id>", "which features (see `orbweaver schemas`)", "flow")
    .option(
      "-o, --out <file>",
      "where rows go: .csv, .parquet, .jsonl, .orbrows, or - for standard output",
      "-",
    )
    .addOption(
      new Option("--format <format>", "instead of the ending of --out").choices([
        "csv",
        "parquet",
        "jsonl",
        "orbrows",
      ]),
    )
    .addOption(
      new Option("--names <style>", "column names of CSV, in schemas of the family cic").choices([
        "v3",
        "v4",
        "2017",
        "snake",
      ]),
    )
    .option("--missing <text>", "what stands for a missing value in CSV (default: nothing)")
    .option("--timezone <zone>", "time zone of Timestamp there, such as America/Halifax (default: UTC)");
  withMeterOptions(command);
  withLiveOptions(command);
  withShellOptions(command, "a summary as JSON on standard output; needs --out FILE")
    .addHelpText(
      "after",
      examples([
        ["orbweaver meter office.pcap --out office.parquet", "Rows of a capture as Parquet"],
        [
          "orbweaver meter -i eth0 --filter 'tcp port 443' --duration 60",
          "Rows of a minute of live traffic as CSV",
        ],
        ["ssh host tcpdump -U -w - | orbweaver meter - | head", "Rows of what another host captures"],
        [
          "orbweaver meter *.pcap.gz --early-packets 10 --out rows.jsonl",
          "Also early rows, after ten packets",
        ],
      ]),
    )
    .action((captures: string[], options: Options) =>
      shell.run(options, (console, signal) => runMeter(console, signal, captures, options)),
    );
}

async function runMeter(
  console: Console,
  signal: AbortSignal,
  captures: string[],
  options: Options,
): Promise<number> {
  if (options.listInterfaces) return listInterfaces(console, options);
  checkLiveOptions(captures, options);
  const toStandardOutput = options.out === "-";
  if (toStandardOutput && options.json) {
    throw usageError("--json needs --out FILE: standard output cannot carry both rows and a summary");
  }
  const { meter } = await import("../../app/meter.ts");
  const result = await meter({
    ...meterSettings(options),
    ...(await liveSettings(options)),
    captures,
    schema: options.schema,
    out: options.out,
    format: options.format,
    names: options.names,
    timezone: options.timezone,
    missing: options.missing,
    signal,
    onLive: (event) => tellLive(console, event, options.quiet),
    onProgress: (progress) =>
      console.live((width) => progressText(progress, `${groupedText(progress.flowsOpened)} flows`, width)),
  });
  console.clearLive();
  const damage = tellOfCaptures(console, result.captures, options.quiet);
  if (options.json) await console.line(jsonText(summary(result)));
  else if (!toStandardOutput) await printSummary(console, result);
  const failure = tellOfLive(console, result, options.quiet);
  return result.cancelled ? cancelledExit(console) : failure || damage;
}

function summary(result: MeterResult): object {
  const { written, captures, decode, live, writtenCaptures, ledger, cancelled, elapsedMs } = result;
  return {
    type: "summary",
    written,
    captures,
    decode,
    ...(live && { live }),
    ...(writtenCaptures && { writtenCaptures }),
    ledger,
    cancelled,
    elapsedMs,
  };
}

async function printSummary(console: Console, result: MeterResult): Promise<void> {
  const { written, ledger, elapsedMs } = result;
  const rate = groupedText(ledger.frames / Math.max(elapsedMs / 1000, 0.001));
  const state = result.cancelled ? "stopped; " : "";
  await console.line(
    `${state}${groupedText(written.rows)} rows, ${bytesText(written.bytes)} in ${written.path}; ` +
      `${groupedText(ledger.frames)} packets in ${(elapsedMs / 1000).toFixed(1)} s (${rate}/s)`,
  );
  await console.line();
  for (const line of ledgerLines(ledger, console.colours)) await console.line(line);
}
