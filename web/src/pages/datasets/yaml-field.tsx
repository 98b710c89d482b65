// An option that is too rich for a field of its own, as YAML.

import { Textarea } from "@mantine/core";
import { useEffect, useState } from "react";
import { parse, stringify } from "yaml";

export interface YamlFieldProps {
  label: string;
  description: string | undefined;
  value: unknown;
  onValue: (value: unknown) => void;
}

export function YamlField({ label, description, value, onValue }: YamlFieldProps) {
  const [text, setText] = useState(() => yamlOf(value));
  const [problem, setProblem] = useState<string>();
  const told = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written here is left as it is while it means the same
  useEffect(() => {
    if (JSON.stringify(parsed(text)) !== told) setText(yamlOf(value));
  }, [told]);
  return (
    <Textarea
      label={label}
      description={description ?? "As YAML"}
      autosize
      minRows={1}
      maxRows={12}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.85rem" } }}
      value={text}
      error={problem}
      onChange={(event) => {
        const written = event.currentTarget.value;
        setText(written);
        try {
          onValue(written.trim() === "" ? undefined : parse(written));
          setProblem(undefined);
        } catch (failure) {
          setProblem(failure instanceof Error ? failure.message.split("\n")[0] : String(failure));
        }
      }}
    />
  );
}

function yamlOf(value: unknown): string {
  return value === undefined ? "" : stringify(value, { lineWidth: 80 }).trimEnd();
}

function parsed(text: string): unknown {
  try {
    return text.trim() === "" ? undefined : parse(text);
  } catch {
    return undefined;
  }
}
