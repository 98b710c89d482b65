// orbweaver detect: a verdict for every flow, alerts, and what became of every packet.

import type { Command } from "commander";
import type { Alert, DetectProgress, DetectRun, FlowVerdict } from "../../app/detect.ts";
import type { ModelManifest } from "../../app/models.ts";
import { ERRORS } from "../../base/errors.ts";
import { groupedText } from "../../base/number-text.ts";
import { progressText, tellOfCaptures } from "../captures.ts";
import { AlertList, summaryLines } from "../detect-summary.ts";
import { usageError } from "../failure.ts";
import { cancelledExit } from "../interrupt.ts";
import { jsonText } from "../json.ts";
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
  names,
  probability,
  wholeNumber,
  withMeterOptions,
  withShellOptions,
} from "../options.ts";
import type { Console } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { Thinning } from "../thinning.ts";
import { plainLine, VerdictTable } from "../verdict-table.ts";

interface Options extends MeterOptionValues, LiveOptionValues, ShellOptions {
  model?: string;
  threshold?: number;
  failOn?: string[];
  top: number;
  explain: number;
  all?: boolean;
}

/** How verdicts and their end are told. */
interface Teller {
  verdict(verdict: FlowVerdict): void | Promise<void>;
  alert(alert: Alert): void;
  end(run: DetectRun): Promise<void>;
}

const ATTACK = "attack";

export function registerDetect(program: Command, shell: Shell): void {
  const command = program
    .command("detect")
    .summary("a verdict for every flow, and alerts")
    .description(
      "Judge every flow of captures or of an interface by a model: class, probability and the reasons, as flows end; then alerts and the loss ledger.",
    )
    .argument("[capture...]", "pcap or pcapng files, plain or gzip; - for standard input")
    .option("-m, --model <file>", "model file (default: the model that comes with Orbweaver)")
    .option(
      "--threshold <probability>",
      "summed attack probability that makes an attack (default: 0.5)",
      probability,
    )
    .option(
      "--fail-on <classes>",
      `exit with ${ERRORS["verdict-found"].exit} when one is found: attack, or names of classes`,
      names,
    )
    .option("--top <n>", "alerts and talkers listed in the summary", wholeNumber(0, 1000), 10)
    .option("--explain <n>", "reasons per verdict", wholeNumber(0, 100), 3)
    .option("--all", "show every verdict in the table, also those that repeat");
  withMeterOptions(command);
  withLiveOptions(command);
  withShellOptions(command, "JSON lines: one per verdict and alert, then a summary")
    .addHelpText(
      "after",
      examples([
        ["orbweaver detect office.pcap", "Verdicts of the bundled model, as a table"],
        ["orbweaver detect -i eth0", "Judge live traffic"],
        ["orbweaver detect *.pcap.gz --model my.orb --threshold 0.9", "Another model, fewer alarms"],
        ["orbweaver detect x.pcap --json | jq 'select(.type==\"alert\")'", "Alerts for a machine"],
        ["orbweaver detect x.pcap --quiet --fail-on attack >/dev/null", "Exit status for a script"],
      ]),
    )
    .action((captures: string[], options: Options) =>
      shell.run(options, (console, signal) => runDetect(console, signal, captures, options)),
    );
}

async function runDetect(
  console: Console,
  signal: AbortSignal,
  captures: string[],
  options: Options,
): Promise<number> {
  if (options.listInterfaces) return listInterfaces(console, options);
  checkLiveOptions(captures, options);
  const [{ detect }, { bundledModelPath, readModel }] = await Promise.all([
    import("../../app/detect.ts"),
    import("../../app/models.ts"),
  ]);
  const model = await readModel(options.model ?? bundledModelPath());
  const { manifest } = model;
  const isFailure = failureTest(options.failOn ?? [], manifest);
  const teller = tellerFor(console, manifest, options);
  const run = await detect({
    ...meterSettings(options),
    ...(await liveSettings(options)),
    captures,
    model,
    threshold: options.threshold,
    reasons: options.explain,
    talkers: options.top,
    signal,
    onVerdict: (verdict) => teller.verdict(verdict),
    onAlert: (alert) => teller.alert(alert),
    onPause: () => console.out.flush(),
    onLive: (event) => tellLive(console, event, options.quiet),
    onProgress: (progress) => {
      console.out.flush();
      console.live((width) => liveText(progress, width));
    },
  });
  console.clearLive();
  await teller.end(run);
  const damage = tellOfCaptures(console, run.captures, options.quiet);
  const failure = tellOfLive(console, run, options.quiet);
  if (isFailure(run)) return ERRORS["verdict-found"].exit;
  return run.cancelled ? cancelledExit(console) : failure || damage;
}

function liveText(progress: DetectProgress, width: number): string {
  const rest = `${groupedText(progress.flowsOpened)} flows  ${groupedText(progress.attacks)} attacks`;
  return progressText(progress, rest, width);
}

/** What --fail-on asks for; names must be classes of the model. */
function failureTest(asked: readonly string[], manifest: ModelManifest): (run: DetectRun) => boolean {
  for (const name of asked) {
    if (name === ATTACK || manifest.classes.includes(name)) continue;
    throw usageError(
      `--fail-on names '${name}', expected '${ATTACK}' or a class of the model: ${manifest.classes.join(", ")}`,
    );
  }
  return ({ ledger: { verdict } }) =>
    asked.some((name) => {
      const ofClass = manifest.classes.includes(name) ? verdict.byClass[name] : 0;
      return ofClass > 0 || (name === ATTACK && verdict.attacks > 0);
    });
}

function tellerFor(console: Console, manifest: ModelManifest, options: Options): Teller {
  if (options.json) return new JsonTeller(console);
  return new TextTeller(console, manifest, options);
}

/** JSON lines: verdicts, alerts, one summary. */
class JsonTeller implements Teller {
  readonly #console: Console;

  constructor(console: Console) {
    this.#console = console;
  }

  verdict(verdict: FlowVerdict): void | Promise<void> {
    return this.#console.line(JSON.stringify(verdictObject(verdict)));
  }

  alert({ className, ...alert }: Alert): void {
    this.#console.line(jsonText({ type: "alert", class: className, ...alert }));
  }

  async end(run: DetectRun): Promise<void> {
    await this.#console.line(jsonText({ type: "summary", ...run }));
  }
}

/** A verdict as JSON has it. Written out, not converted: there is one for every flow. */
function verdictObject(verdict: FlowVerdict): object {
  const identity = verdict.identity();
  return {
    type: "verdict",
    class: verdict.className,
    attack: verdict.attack,
    probability: verdict.probability,
    margin: verdict.margin,
    attack_probability: verdict.attackProbability,
    early: verdict.early,
    flow: identity.flow,
    community_id: identity.communityId,
    start_us: identity.startUs,
    end_us: identity.endUs,
    source_address: identity.sourceAddress,
    source_port: identity.sourcePort,
    destination_address: identity.destinationAddress,
    destination_port: identity.destinationPort,
    transport: identity.transport,
    end_reason: identity.endReason,
    service: verdict.service,
    packets: verdict.packets,
    wire_bytes: verdict.wireBytes,
    reasons: verdict.reasons(),
  };
}

/** Text for people: a table on a terminal, one plain line per verdict elsewhere; then the summary. */
class TextTeller implements Teller {
  readonly #console: Console;
  readonly #table: VerdictTable | undefined;
  readonly #thinning: Thinning | undefined;
  readonly #alerts: AlertList;
  readonly #options: Options;
  readonly #manifest: ModelManifest;
  #begun = false;

  constructor(console: Console, manifest: ModelManifest, options: Options) {
    this.#console = console;
    this.#manifest = manifest;
    this.#options = options;
    this.#alerts = new AlertList(Math.max(options.top, 1));
    if (!console.out.isTerminal) return;
    this.#table = new VerdictTable(console.out.width, manifest.classes, console.colours);
    if (!options.all) this.#thinning = new Thinning();
  }

  verdict(verdict: FlowVerdict): void | Promise<void> {
    const table = this.#table;
    if (table === undefined) return this.#console.line(plainLine(verdict));
    if (this.#thinning?.admits(verdict) === false) return;
    if (!this.#begun) this.#console.line(table.header());
    this.#begun = true;
    this.#tellFolded(table);
    for (const line of table.lines(verdict)) this.#console.line(line);
  }

  alert(alert: Alert): void {
    this.#alerts.add(alert);
  }

  async end(run: DetectRun): Promise<void> {
    if (this.#table !== undefined) this.#tellFolded(this.#table);
    const benign = new Set(this.#manifest.benignClasses);
    const lines = summaryLines(run, this.#alerts, {
      width: this.#console.out.width,
      colours: this.#console.colours,
      top: this.#options.top,
      attackClasses: new Set(this.#manifest.classes.filter((name) => !benign.has(name))),
    });
    for (const line of lines) await this.#console.line(line);
  }

  #tellFolded(table: VerdictTable): void {
    const folded = this.#thinning?.takeFolded() ?? [];
    if (folded.length > 0) this.#console.line(table.foldedLine(folded));
  }
}
