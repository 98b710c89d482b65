// A recipe's text, and what is wrong with it.

import { Alert, Text, Textarea } from "@mantine/core";

const MINIMUM_ROWS = 14;
const MAXIMUM_ROWS = 34;

export interface YamlEditorProps {
  text: string;
  onText: (text: string) => void;
  problem: string | undefined;
}

export function YamlEditor({ text, onText, problem }: YamlEditorProps) {
  return (
    <>
      <Textarea
        aria-label="Recipe as YAML"
        autosize
        minRows={MINIMUM_ROWS}
        maxRows={MAXIMUM_ROWS}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        styles={{
          input: {
            fontFamily: "var(--mantine-font-family-monospace)",
            fontSize: "0.85rem",
            whiteSpace: "pre",
            overflowX: "auto",
          },
        }}
        value={text}
        aria-invalid={problem !== undefined}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      <div aria-live="polite">
        {problem !== undefined && (
          <Alert color="red" variant="light" title="The recipe is not right yet">
            <Text size="sm" className="foreign">
              {problem}
            </Text>
          </Alert>
        )}
      </div>
    </>
  );
}
