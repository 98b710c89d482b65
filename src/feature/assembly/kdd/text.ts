// Lines of text in memory: what words they hold. Letters are compared in lower case; lines lie there in lower case already
// (session.ts sees to that), and so must be the words.

const SPACE: i32 = 0x20;

/** One line: where its bytes lie. */
@inline
function at(line: usize, index: i32): i32 {
  return <i32>load<u8>(line + <usize>index);
}

@inline
function letter(word: string, index: i32): i32 {
  return <i32>load<u16>(changetype<usize>(word) + (<usize>index << 1));
}

export function matches(line: usize, length: i32, from: i32, word: string): bool {
  const size = word.length;
  if (from < 0 || from + size > length) return false;
  for (let index = 0; index < size; index++) {
    if (at(line, from + index) != letter(word, index)) return false;
  }
  return true;
}

export function startsWith(line: usize, length: i32, word: string): bool {
  return matches(line, length, 0, word);
}

export function endsWith(line: usize, length: i32, word: string): bool {
  return matches(line, length, length - word.length, word);
}

export function contains(line: usize, length: i32, word: string): bool {
  const last = length - word.length;
  const first = letter(word, 0);
  for (let from = 0; from <= last; from++) {
    if (at(line, from) == first && matches(line, length, from, word)) return true;
  }
  return false;
}

/** Whether the line contains one of the words in a list that is separated and ended by "|". */
export function containsAny(line: usize, length: i32, words: string): bool {
  const size = words.length;
  let from = 0;
  for (let to = 0; to < size; to++) {
    if (letter(words, to) != 0x7c) continue;
    if (containsPart(line, length, words, from, to)) return true;
    from = to + 1;
  }
  return false;
}

/** Whether the bytes [start, end) of the line are one of the words in such a list. */
export function isAny(line: usize, start: i32, end: i32, words: string): bool {
  const size = words.length;
  let from = 0;
  for (let to = 0; to < size; to++) {
    if (letter(words, to) != 0x7c) continue;
    if (to - from == end - start && samePart(line, start, words, from, to)) return true;
    from = to + 1;
  }
  return false;
}

/** First byte at or behind `from` that is no space. */
export function skipSpaces(line: usize, length: i32, from: i32): i32 {
  let index = from;
  while (index < length && at(line, index) == SPACE) index++;
  return index;
}

/** First byte at or behind `from` that is a space, or the line's length. */
export function skipWord(line: usize, length: i32, from: i32): i32 {
  let index = from;
  while (index < length && at(line, index) != SPACE) index++;
  return index;
}

function containsPart(line: usize, length: i32, words: string, from: i32, to: i32): bool {
  const last = length - (to - from);
  for (let start = 0; start <= last; start++) {
    if (samePart(line, start, words, from, to)) return true;
  }
  return false;
}

function samePart(line: usize, start: i32, words: string, from: i32, to: i32): bool {
  for (let index = from; index < to; index++) {
    if (at(line, start + index - from) != letter(words, index)) return false;
  }
  return true;
}
