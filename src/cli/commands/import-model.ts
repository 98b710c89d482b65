// orbweaver import-model: an ONNX classifier of others to a model file.

import { type Command, InvalidArgumentError } from "commander";
import type { ModelImportResult } from "../../app/import-model.ts";
import { bytesText, counted } from "../../base/number-text.ts";
import { jsonText } from "../json.ts";
import { examples, names, several, wholeNumber, withShellOptions } from "../options.ts";
import { type Console, printable, warningText } from "../output.ts";
import type { Shell, ShellOptions } from "../shell.ts";
import { tableLines } from "../table.ts";

interface Options extends ShellOptions {
  out: string;
  schema?: string;
  columns?: string;
  rows?: string[];
  label: string;
  classes?: string[];
  benign?: string[];
  output?: string;
  missing?: number;
  limit?: number;
}

export function registerImportModel(program: Command, shell: Shell): void {
  const command = program
    .command("import-model")
    .summary("an ONNX classifier of scikit-learn, LightGBM, XGBoost … to a model")
    .description(
      "Make a model of an ONNX classifier, so that it evaluates, detects, explains and is inspected like our own. Scoring needs onnxruntime-node or onnxruntime-web beside Orbweaver.",
    )
    .argument("<file>", "ONNX file")
    .requiredOption("-o, --out <file>", "model file to write")
    .option("--schema <id>", "schema whose columns it takes; see `orbweaver schemas`")
    .option("--columns <file>", "YAML or JSON that says which columns go in, in which order")
    .option(
      "--rows <rows>",
      "rows like those to score: their columns make the schema, their middle what explanations compare with",
      several,
    )
    .option("-l, --label <column>", "column of those rows that holds the class", "label")
    .option("--classes <names>", "class names in the order of the probabilities, or FOUND=NAME", names)
    .option("--benign <classes>", "classes that are no attack (default: by name)", names)
    .option("--output <name>", "output of the file that holds the probabilities")
    .option("--missing <number>", "what stands for missing numbers (default: NaN)", number)
    .option("--limit <n>", "read at most this many of the rows", wholeNumber(1));
  withShellOptions(command, "a summary as JSON on standard output")
    .addHelpText(
      "after",
      examples([
        [
          "orbweaver import-model forest.onnx -o forest.orb --rows train.csv --benign normal",
          "A model over the columns of a table",
        ],
        [
          "orbweaver import-model xgboost.onnx -o xgb.orb --schema flow --classes benign,attack",
          "A model over the columns of a schema, in its order",
        ],
        [
          "orbweaver import-model net.onnx -o net.orb --columns columns.yaml",
          "A model whose inputs a file describes",
        ],
      ]),
    )
    .action((file: string, options: Options) =>
      shell.run(options, (console, signal) => runImportModel(console, signal, file, options)),
    );
}

async function runImportModel(
  console: Console,
  signal: AbortSignal,
  file: string,
  options: Options,
): Promise<number> {
  const { importModel } = await import("../../app/import-model.ts");
  const { out, schema, columns, rows, label, classes, benign, output, missing, limit } = options;
  const result = await importModel({
    ...{ file, out, schema, columns, rows, label, classes, benign, output, missing, limit, signal },
  });
  if (!options.quiet) for (const warning of result.warnings) console.note(warningText(console, warning));
  if (options.json) await console.line(jsonText({ type: "import-model", ...result }));
  else for (const line of resultLines(console, result)) await console.line(line);
  return 0;
}

function resultLines(console: Console, result: ModelImportResult): string[] {
  const { dim } = console.colours;
  const { schema, classes, benignClasses } = result;
  const inputs = result.inputs.map(
    ({ name, element, columns }) => `${name} (${counted(columns.length, `${element} column`)})`,
  );
  const shown = inputs.length > 4 ? [...inputs.slice(0, 3), `… ${inputs.length} in all`] : inputs;
  const marked = classes.map((name) => (benignClasses.includes(name) ? `${name} (benign)` : name));
  const rows = [
    [
      "from",
      `${result.producer || "unknown"}; ${Object.entries(result.opsets)
        .map((pair) => pair.join(" "))
        .join(", ")}`,
    ],
    ["schema", `${schema.id}, ${counted(schema.columns, "column")}`],
    ["inputs", shown.join(", ")],
    ["output", result.output],
    ["classes", marked.join(", ")],
  ];
  return [
    `${printable(result.out)}: ${bytesText(result.bytes)}${result.tried ? ", scores" : ""}`,
    ...tableLines(
      [{ style: dim }, {}],
      rows.map((row) => row.map(printable)),
    ),
  ];
}

function number(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number.");
}
