// Text of strangers made safe for a page. Everything that reaches one goes through here, or comes from `drawing.ts`.

declare const safe: unique symbol;

/** Text that may stand in HTML as it is. */
export type Markup = string & { readonly [safe]: true };

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for content and for quoted attributes. */
export function escaped(text: string): Markup {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]) as Markup;
}

/** Text in which what cannot be seen, or turns the direction of writing, is seen as its code; half characters too. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\ufffe\uffff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Markup that was put together of safe parts. */
export function markup(text: string): Markup {
  return text as Markup;
}

/** Text cut in the middle to at most `most` characters, so that beginning and end both tell it apart. */
export function shortened(text: string, most: number): string {
  const characters = [...visible(text)];
  if (characters.length <= most) return characters.join("");
  const end = Math.floor((most - 1) / 2);
  return `${characters.slice(0, most - 1 - end).join("")}…${characters.slice(characters.length - end).join("")}`;
}
