// The one table of errors: code → exit status, HTTP status, hint.
//
// Every failure that a user can meet is an OrbweaverError with a code of this table. Its message says
// what was found and what was expected; its hint says what to do. Anything else that reaches a shell is
// a defect of ours and is reported as `internal`, without a stack trace unless ORBWEAVER_DEBUG is set.

export interface ErrorEntry {
  /** Exit status of the command line. */
  exit: number;
  /** Status of the HTTP interface. */
  http: number;
  /** What the user can do about it. */
  hint: string;
}

export const ERRORS = {
  usage: { exit: 2, http: 400, hint: "Run the command with --help to see its options." },
  "file-missing": { exit: 3, http: 404, hint: "Check the path." },
  "file-permission": {
    exit: 3,
    http: 403,
    hint: "Check the file's permissions, or run as a user who may read it.",
  },
  "file-is-directory": {
    exit: 3,
    http: 400,
    hint: "Name a file, or use a shell pattern such as DIR/*.pcap.",
  },
  "file-read": {
    exit: 3,
    http: 500,
    hint: "Check the disk or the connection that the file lies on, and try again.",
  },
  "file-write": { exit: 4, http: 507, hint: "Check free space and permissions of the target folder." },
  "capture-format": { exit: 5, http: 415, hint: "Give a pcap or pcapng file, plain or gzip-compressed." },
  "capture-corrupt": { exit: 5, http: 422, hint: "The file is damaged; capture or copy it again." },
  "rows-format": { exit: 6, http: 415, hint: "Give rows as .csv, .parquet, .jsonl or .orbrows." },
  "rows-invalid": { exit: 6, http: 422, hint: "Mend the named row or column and try again." },
  "rows-too-large": { exit: 6, http: 413, hint: "Read fewer rows (--limit) or fewer columns (--exclude)." },
  "schema-unknown": { exit: 7, http: 404, hint: "Run `orbweaver schemas` to list the schemas." },
  "schema-mismatch": {
    exit: 7,
    http: 409,
    hint: "Meter the rows again with the schema that the model was trained on, or train a model for this one.",
  },
  "model-format": { exit: 8, http: 415, hint: "Give a model file written by `orbweaver train`." },
  "model-corrupt": {
    exit: 8,
    http: 422,
    hint: "The model file is damaged; copy it again or train it again.",
  },
  "model-version": {
    exit: 8,
    http: 409,
    hint: "Use a release of Orbweaver that reads this version of the format.",
  },
  "onnx-invalid": {
    exit: 8,
    http: 422,
    hint: "Export the model to ONNX again; docs/guide/onnx.md says what can be imported.",
  },
  "onnx-unsupported": {
    exit: 8,
    http: 422,
    hint: "docs/guide/onnx.md says which models can be exported and imported.",
  },
  "onnx-runtime": {
    exit: 16,
    http: 503,
    hint: "Install a runtime beside Orbweaver: npm install onnxruntime-node, or onnxruntime-web where that will not install.",
  },
  "onnx-failed": {
    exit: 16,
    http: 500,
    hint: "Check the model with the program that wrote it; ORBWEAVER_DEBUG=1 shows the runtime's own words.",
  },
  "labels-invalid": {
    exit: 9,
    http: 422,
    hint: "See docs/guide/labels.md for the form of label rules and label files.",
  },
  "capture-program": {
    exit: 11,
    http: 503,
    hint: "Install dumpcap (Debian: wireshark-common) or tcpdump; see docs/guide/live.md.",
  },
  "capture-permission": {
    exit: 11,
    http: 403,
    hint: "Give dumpcap or tcpdump the capabilities to capture; docs/guide/live.md shows how. Orbweaver itself needs none.",
  },
  "capture-interface": {
    exit: 11,
    http: 404,
    hint: "Run `orbweaver meter --list-interfaces` to see the interfaces.",
  },
  "capture-filter": {
    exit: 2,
    http: 400,
    hint: "Filters are those of tcpdump (man pcap-filter), such as 'tcp port 443'.",
  },
  "capture-gone": {
    exit: 11,
    http: 503,
    hint: "What was captured until then is complete; start again when the interface is back.",
  },
  "capture-stopped": {
    exit: 11,
    http: 503,
    hint: "What was captured until then is complete. Try --capture-program with the other program.",
  },
  "key-invalid": {
    exit: 12,
    http: 400,
    hint: "Make a key with: head -c 32 /dev/urandom > FILE && chmod 600 FILE",
  },
  "run-invalid": {
    exit: 8,
    http: 422,
    hint: "Give the record that `orbweaver train` wrote beside a model (MODEL.run.json), or the model itself.",
  },
  "training-data": { exit: 10, http: 422, hint: "Give at least two classes with several rows each." },
  "parameter-invalid": {
    exit: 2,
    http: 400,
    hint: "See names and ranges with `orbweaver learners LEARNER`.",
  },
  "scenario-unknown": { exit: 2, http: 404, hint: "Run `orbweaver generate --list` to see the scenarios." },
  "dataset-unknown": {
    exit: 13,
    http: 404,
    hint: "Run `orbweaver datasets list` to see the data sets of the project.",
  },
  "dataset-exists": {
    exit: 13,
    http: 409,
    hint: "Choose another name with --out, or replace the data set with --force.",
  },
  "dataset-damaged": {
    exit: 13,
    http: 422,
    hint: "Import or prepare the data set again; `orbweaver datasets show NAME` says from what it was made.",
  },
  "project-invalid": {
    exit: 13,
    http: 422,
    hint: "A project is a folder with orbweaver.yaml; name one with --project, or work in another folder.",
  },
  "import-rejects": {
    exit: 6,
    http: 422,
    hint: "Look into the reject file, name the right format with --as, or allow more with --max-rejects.",
  },
  "recipe-invalid": {
    exit: 14,
    http: 422,
    hint: "See docs/guide/prepare.md for the form of recipes.",
  },
  "split-impossible": {
    exit: 14,
    http: 422,
    hint: "See docs/guide/split.md for what each kind of split needs.",
  },
  "influx-unreachable": {
    exit: 15,
    http: 503,
    hint: "Check that InfluxDB runs and that host and port are right.",
  },
  "influx-auth": {
    exit: 15,
    http: 401,
    hint: "Give the user with ORBWEAVER_INFLUX_USER and ORBWEAVER_INFLUX_PASSWORD, or a token with ORBWEAVER_INFLUX_TOKEN.",
  },
  "influx-query": { exit: 15, http: 400, hint: "Check the database, the measurement and the query." },
  "audit-found": { exit: 21, http: 200, hint: "--fail-on asked for this exit status." },
  "requirement-unmet": { exit: 22, http: 200, hint: "--require asked for this exit status." },
  cancelled: { exit: 130, http: 499, hint: "The work was stopped; what was written so far is complete." },
  "verdict-found": { exit: 20, http: 200, hint: "--fail-on asked for this exit status." },
  internal: {
    exit: 70,
    http: 500,
    hint: "This is a defect of Orbweaver. Set ORBWEAVER_DEBUG=1 for the details and report it.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export class OrbweaverError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "OrbweaverError";
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
  }
}
