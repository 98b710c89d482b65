// Commands that a page shows, held against those that there are. Reads them as a shell would, as far as that matters.

export interface KnownCommands {
  /** Names of the commands of `orbweaver`, each with its options, such as "--out" and "-o". */
  orbweaver: ReadonlyMap<string, ReadonlySet<string>>;
  /** Options of `orbweaver` itself. */
  options: ReadonlySet<string>;
  /** Names that the value of an option must be one of, such as scenarios for "--scenario". */
  values: ReadonlyMap<string, ReadonlySet<string>>;
  /** Scripts of package.json. */
  scripts: ReadonlySet<string>;
}

/** What is wrong with the commands of one line; empty when it shows none. */
export function commandProblems(line: string, known: KnownCommands): string[] {
  return segmentsOf(line).flatMap((words) => {
    const found = words.slice(words.findIndex((word) => !/^\w+=/.test(word)));
    if (isOrbweaver(found[0])) return orbweaverProblems(found.slice(1), known);
    if (found[0] === "npx" && isOrbweaver(found[1])) return orbweaverProblems(found.slice(2), known);
    if (found[0] === "npm") return npmProblems(found.slice(1), known);
    return [];
  });
}

function isOrbweaver(word: string | undefined): boolean {
  return word !== undefined && /^(\.\/)?(bin\/)?orbweaver$/.test(word);
}

function orbweaverProblems(words: readonly string[], known: KnownCommands): string[] {
  const [name] = words;
  if (name === undefined) return [];
  if (name.startsWith("-")) return known.options.has(name) ? [] : [`orbweaver has no option ${name}`];
  // In capitals or brackets: a place where a name goes.
  if (/^[A-Z<[]/.test(name) || name === "…") return [];
  const options = known.orbweaver.get(name);
  if (options === undefined) return [`orbweaver has no command '${name}'`];
  return [
    ...optionsOf(words.slice(1))
      .filter((option) => !options.has(option))
      .map((option) => `orbweaver ${name} has no option ${option}`),
    ...valueProblems(words, known),
  ];
}

/** Options whose values are several names with commas between. */
const LISTS = new Set(["--learner"]);

/**
 * Values that name nothing. What begins with a capital or a bracket is a place where a name goes; settings may follow
 * a name behind a colon.
 */
function valueProblems(words: readonly string[], known: KnownCommands): string[] {
  return words.flatMap((option, index) => {
    const allowed = known.values.get(option);
    const value = words[index + 1] ?? "";
    const names = LISTS.has(option) ? value.split(",") : [value.split(":")[0] ?? ""];
    if (allowed === undefined) return [];
    return names
      .filter((name) => /^[a-z]/.test(name) && !allowed.has(name))
      .map((name) => `${option} knows no '${name}'`);
  });
}

function npmProblems(words: readonly string[], known: KnownCommands): string[] {
  const names = words.filter((word) => !word.startsWith("-"));
  if (names[0] === "run") {
    const script = names[1];
    return script === undefined || known.scripts.has(script)
      ? []
      : [`package.json has no script '${script}'`];
  }
  if ((names[0] === "start" || names[0] === "test") && !known.scripts.has(names[0])) {
    return [`package.json has no script '${names[0]}'`];
  }
  const behind = words.indexOf("--");
  return words[0] === "start" && behind >= 0
    ? orbweaverProblems([startedBy(words[behind + 1]), ...words.slice(behind + 1)], known)
    : [];
}

/** Options among words: "--out" of "--out=x", "-o"; not "-", not negative numbers, nothing behind "--". */
function optionsOf(words: readonly string[]): string[] {
  const end = words.indexOf("--");
  return words
    .slice(0, end < 0 ? undefined : end)
    .filter((word) => /^(--[a-z]|-[a-zA-Z]$)/.test(word))
    .map((word) => word.split("=")[0] ?? "");
}

/** The simple commands of a line, each as its words: split at pipes, `&&`, `;` and `$(`, without comments and redirections. */
function segmentsOf(line: string): string[][] {
  const segments: string[][] = [[]];
  const words = line.replace(/^\s*\$\s+/, "").matchAll(/"[^"]*"|'[^']*'|#.*$|\|\|?|&&?|;|\$\(|[^\s|&;"'#]+/g);
  for (const [word] of words) {
    if (word.startsWith("#")) break;
    if (/^(\|\|?|&&?|;|\$\()$/.test(word)) segments.push([]);
    else if (!/^\d?[<>]/.test(word)) segments.at(-1)?.push(word.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return segments.filter((segment) => segment.length > 0);
}

/** What \`npm start\` runs: verdicts for files, else the console; see scripts/start.mjs. */
function startedBy(first = "-"): string {
  return first.startsWith("-") && first !== "-" ? "up" : "detect";
}
