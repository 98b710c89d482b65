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
  "tree-unknown": {
    exit: 18,
    http: 404,
    hint: "Ask for a tree, a class and a node that the model has; forests and boosting have trees.",
  },
  "run-unknown": { exit: 18, http: 404, hint: "Run `orbweaver runs list` to see the runs." },
  "run-ended": { exit: 18, http: 409, hint: "A run ends once; begin another one." },
  "run-running": { exit: 18, http: 409, hint: "Wait until it has ended, or stop it." },
  "artefact-unknown": {
    exit: 18,
    http: 404,
    hint: "Run `orbweaver runs show ID` to see what a run left.",
  },
  "model-unknown": { exit: 18, http: 404, hint: "Run `orbweaver models list` to see models and versions." },
  "alias-unknown": {
    exit: 18,
    http: 404,
    hint: "Run `orbweaver models show NAME` to see aliases, and `orbweaver models promote NAME:VERSION` to set one.",
  },
  "model-in-use": {
    exit: 18,
    http: 409,
    hint: "Let the alias name another version, or take it away with `orbweaver models alias NAME@ALIAS --remove`.",
  },
  "name-invalid": {
    exit: 18,
    http: 422,
    hint: "Names have letters, digits, and . _ - between them, at most 100; `bundled` and endings of files are none.",
  },
  "registry-invalid": {
    exit: 18,
    http: 500,
    hint: "It was written by another release of Orbweaver or another program; remove it, or use that release.",
  },
  "mlflow-unreachable": {
    exit: 19,
    http: 503,
    hint: "Check that the tracking server runs, and its address in --mlflow or MLFLOW_TRACKING_URI.",
  },
  "mlflow-auth": {
    exit: 19,
    http: 401,
    hint: "Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.",
  },
  "mlflow-refused": {
    exit: 19,
    http: 502,
    hint: "The tracking server's own log says more; docs/guide/registry.md says what is asked of it.",
  },
  "store-conflict": {
    exit: 17,
    http: 409,
    hint: "Somebody else changed it meanwhile; look at it again and repeat what you asked for.",
  },
  "store-busy": {
    exit: 17,
    http: 503,
    hint: "Wait for the process that writes, or end it, and try again.",
  },
  "store-unreachable": {
    exit: 17,
    http: 503,
    hint: "Check that the database runs, and that host, port, user and password in ORBWEAVER_STORE are right.",
  },
  "store-damaged": {
    exit: 17,
    http: 500,
    hint: "Restore the store's folder from a copy; docs/guide/registry.md says what lies in it.",
  },
  "store-version": {
    exit: 17,
    http: 500,
    hint: "Use a release of Orbweaver that knows this form of the store.",
  },
  "store-limit": {
    exit: 17,
    http: 413,
    hint: "Keep less at once, or under a shorter name.",
  },
  "audit-found": { exit: 21, http: 200, hint: "--fail-on asked for this exit status." },
  "requirement-unmet": { exit: 22, http: 200, hint: "--require asked for this exit status." },
  "access-required": {
    exit: 30,
    http: 401,
    hint: "Send `Authorization: Bearer TOKEN` with a token of POST /auth/login, or an API key (also as `X-API-Key`).",
  },
  "access-refused": {
    exit: 30,
    http: 401,
    hint: "Log in again with POST /auth/login, or use another API key.",
  },
  "access-forbidden": {
    exit: 30,
    http: 403,
    hint: "Ask an administrator for the role or the key that it needs; docs/guide/security.md lists them.",
  },
  "login-refused": { exit: 30, http: 401, hint: "Check name and password." },
  "rate-limited": { exit: 30, http: 429, hint: "Wait as long as Retry-After says, then go on more slowly." },
  "user-unknown": { exit: 30, http: 404, hint: "Run `orbweaver user list` to see the users." },
  "user-exists": {
    exit: 30,
    http: 409,
    hint: "Choose another name; `orbweaver user password` changes a password, `orbweaver user role` a role.",
  },
  "user-needed": {
    exit: 30,
    http: 409,
    hint: "Give another user the role admin first, so that somebody can manage the rest.",
  },
  "user-invalid": {
    exit: 30,
    http: 422,
    hint: "docs/guide/security.md says how names and passwords may look.",
  },
  "access-full": { exit: 30, http: 409, hint: "Remove or revoke what is not needed any more." },
  "session-unknown": {
    exit: 30,
    http: 404,
    hint: "It may have ended; GET /auth/sessions tells those there are.",
  },
  "access-key-unknown": { exit: 30, http: 404, hint: "Run `orbweaver key list` to see the API keys." },
  "access-key-invalid": { exit: 30, http: 422, hint: "docs/guide/security.md says what API keys may have." },
  "request-refused": {
    exit: 31,
    http: 403,
    hint: "Name what may call with --cors-origin and --allowed-host; docs/guide/security.md says when.",
  },
  "request-slow": { exit: 31, http: 408, hint: "Send the request at once, or in larger pieces." },
  "serve-unprotected": {
    exit: 31,
    http: 500,
    hint: "Add a user first: orbweaver user add NAME --role admin; or serve on 127.0.0.1.",
  },
  "tls-invalid": {
    exit: 31,
    http: 500,
    hint: "Give a certificate and its private key in PEM: --tls-cert FILE --tls-key FILE.",
  },
  "job-unknown": { exit: 32, http: 404, hint: "Run `orbweaver jobs list` to see the jobs." },
  "job-kind-unknown": {
    exit: 32,
    http: 404,
    hint: "Run `orbweaver jobs run --help` to see the kinds of jobs.",
  },
  "job-invalid": {
    exit: 32,
    http: 422,
    hint: "Mend the named field; docs/guide/jobs.md says what each kind of job takes.",
  },
  "job-ended": { exit: 32, http: 409, hint: "Start another job." },
  "job-not-ended": { exit: 32, http: 409, hint: "Cancel the job, or wait until it has ended." },
  "jobs-full": { exit: 32, http: 503, hint: "Wait until some jobs have ended, or cancel some." },
  "job-interrupted": { exit: 32, http: 503, hint: "Start the job again; nothing of it was kept." },
  "job-memory": {
    exit: 32,
    http: 507,
    hint: "Give fewer rows, or allow jobs more memory with --job-memory of `orbweaver serve`.",
  },
  "job-died": {
    exit: 32,
    http: 500,
    hint: "The job's log says how far it came; start it again, or report it with the log.",
  },
  "rows-busy": { exit: 32, http: 503, hint: "Try again in a moment." },
  "flow-unknown": {
    exit: 32,
    http: 404,
    hint: "Take who it was, and when it began, from a verdict on this capture.",
  },
  "result-unknown": { exit: 32, http: 404, hint: "The job's description lists the files it made." },
  "upload-unknown": { exit: 33, http: 404, hint: "Upload the file again; GET /uploads lists what is there." },
  "upload-invalid": {
    exit: 33,
    http: 400,
    hint: "Send the file as the body, or as the one file of a multipart form; docs/guide/jobs.md shows how.",
  },
  "upload-too-large": {
    exit: 33,
    http: 413,
    hint: "Send a smaller file, compress it, or allow more with --upload-max of `orbweaver serve`.",
  },
  "upload-grows": {
    exit: 33,
    http: 422,
    hint: "Unpack it and upload the file itself, where it is really that regular; archives that grow so are mostly made to fill disks.",
  },
  "upload-in-use": {
    exit: 33,
    http: 409,
    hint: "Wait until the job that reads it has ended, or cancel that job.",
  },
  "disk-full": {
    exit: 33,
    http: 507,
    hint: "Remove uploads, captures or jobs that are not needed any more.",
  },
  "capture-unknown": {
    exit: 33,
    http: 404,
    hint: "Upload the capture again; GET /captures lists what is there.",
  },
  "source-unknown": { exit: 34, http: 404, hint: "GET /sources lists the live sources." },
  "source-exists": { exit: 34, http: 409, hint: "Stop the source first, or give the new one another name." },
  "sources-full": { exit: 34, http: 409, hint: "Stop a source that is not needed any more." },
  "request-invalid": {
    exit: 31,
    http: 400,
    hint: "The page /docs of the server says what each request takes.",
  },
  "body-invalid": { exit: 31, http: 400, hint: "Send a body of the content type that the request names." },
  "body-too-large": {
    exit: 31,
    http: 413,
    hint: "Send rows as application/x-ndjson or text/csv, which are read as they come, or upload them for a job.",
  },
  "content-type": { exit: 31, http: 415, hint: "The page /docs of the server says what each request takes." },
  "not-acceptable": {
    exit: 31,
    http: 406,
    hint: "Ask for application/json, application/x-ndjson or text/csv.",
  },
  "route-unknown": { exit: 31, http: 404, hint: "The page /docs of the server lists what there is." },
  "method-wrong": { exit: 31, http: 405, hint: "The header Allow of the answer names the methods." },
  "feature-missing": {
    exit: 6,
    http: 400,
    hint: "Give every field of the model's schema, or allow missing ones with ?missing=allow.",
  },
  "feature-invalid": {
    exit: 6,
    http: 400,
    hint: "Give numbers, null for missing ones, and categories by name.",
  },
  "tensor-invalid": {
    exit: 31,
    http: 400,
    hint: "GET /v2/models/MODEL tells names, datatypes and shapes of inputs and outputs.",
  },
  "model-not-ready": { exit: 8, http: 503, hint: "The route /readyz and the log of the server say why." },
  "address-unusable": {
    exit: 34,
    http: 500,
    hint: "Choose another --port or --host; port 0 takes any that is free.",
  },
  "console-missing": {
    exit: 34,
    http: 500,
    hint: "Run `npm run build`, or use `orbweaver serve`, which has no pages.",
  },
  cancelled: { exit: 130, http: 499, hint: "The work was stopped; what was written so far is complete." },
  "verdict-found": { exit: 20, http: 200, hint: "--fail-on asked for this exit status." },
  internal: {
    exit: 70,
    http: 500,
    hint: "This is a defect of Orbweaver. Set ORBWEAVER_DEBUG=1 for the details and report it.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** One field of what was given that is not as it should be. */
export interface FieldProblem {
  field: string;
  found: string;
  expected: string;
}

export class OrbweaverError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Seconds after which it may go well, where that is known. */
  readonly retryAfterS: number | undefined;
  /** What was found where and what was expected, field by field, where that is known. */
  readonly fields: readonly FieldProblem[] | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      hint?: string;
      cause?: unknown;
      retryAfterS?: number;
      fields?: readonly FieldProblem[];
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "OrbweaverError";
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.retryAfterS = options.retryAfterS;
    this.fields = options.fields;
  }
}
