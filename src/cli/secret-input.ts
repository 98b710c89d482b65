// Secrets that people type: from a terminal without showing them, or the first line of standard input. Never an argument, which
// every user of a machine can see and shells remember.

import { OrbweaverError } from "../base/errors.ts";
import type { Console } from "./output.ts";

/** Characters read at most. */
const LENGTH_MAX = 4_096;

const END_OF_TEXT = "\u0003";
const END_OF_TRANSMISSION = "\u0004";
const ERASE = ["\u007f", "\b"];
const ERASE_ALL = "\u0015";

/** A new password: typed twice at a terminal, else the first line of standard input. Throws `usage`, `cancelled`. */
export async function readNewPassword(console: Console, name: string): Promise<string> {
  if (!process.stdin.isTTY) return firstLine();
  const first = await typed(console, `Password of ${name}: `);
  const second = await typed(console, "The same again: ");
  if (first === second) return first;
  throw new OrbweaverError("usage", "the two passwords are not the same", { hint: "Type it again." });
}

async function firstLine(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const piece of process.stdin) {
    text += piece;
    if (text.includes("\n") || text.length > LENGTH_MAX) break;
  }
  const [line] = text.split(/\r?\n/, 1);
  if (line !== "") return line;
  throw new OrbweaverError("usage", "no password was given on standard input", {
    hint: "Give one line on standard input, run the command at a terminal, or let it make one with --generate.",
  });
}

/** A line that is typed and not shown. */
function typed(console: Console, prompt: string): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve, reject) => {
    let line = "";
    const end = (failure?: OrbweaverError): void => {
      stdin.off("data", onData);
      stdin.setRawMode(false);
      stdin.pause();
      console.note("");
      if (failure === undefined) resolve(line);
      else reject(failure);
    };
    /** Takes one character; true at the end of the line. */
    const takes = (character: string): boolean => {
      if (character === "\r" || character === "\n") return true;
      if (ERASE.includes(character)) line = [...line].slice(0, -1).join("");
      else if (character === ERASE_ALL) line = "";
      else if (line.length < LENGTH_MAX) line += character;
      return false;
    };
    const onData = (piece: string): void => {
      for (const character of piece) {
        const isStop = character === END_OF_TEXT || character === END_OF_TRANSMISSION;
        if (!isStop && !takes(character)) continue;
        end(isStop ? new OrbweaverError("cancelled", "no password was typed") : undefined);
        return;
      }
    };
    stdin.setEncoding("utf8");
    stdin.setRawMode(true);
    stdin.resume();
    stdin.on("data", onData);
    // Only now: what is typed at the prompt is not shown any more.
    console.err.write(prompt);
    console.err.flush();
  });
}
