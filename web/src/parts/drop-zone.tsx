// A place to drop a file onto, or to choose one.

import { Button, Paper, Stack, Text } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";

export interface DropZoneProps {
  /** What is wanted: "a capture". */
  what: string;
  /** Which kinds, in words. */
  note?: string;
  /** Endings for the dialogue: ".pcap,.pcapng". */
  accept?: string;
  isMultiple?: boolean;
  disabled?: boolean;
  onFiles: (files: File[]) => void;
}

export function DropZone({ what, note, accept, isMultiple, disabled, onFiles }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    if (files.length > 0 && !disabled) onFiles(isMultiple ? files : files.slice(0, 1));
  };
  const drag = (event: DragEvent, over: boolean): void => {
    event.preventDefault();
    setOver(over && !disabled);
  };
  return (
    <Paper
      p="lg"
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        take(event.dataTransfer.files);
      }}
      bg={isOver ? "light-dark(#e6f1f3, #23343a)" : "transparent"}
      style={{ border: "1.5px dashed var(--console-line)" }}
      data-testid="drop-zone"
    >
      <Stack align="center" gap={6}>
        <Button
          variant="default"
          leftSection={<IconUpload size={16} />}
          disabled={disabled}
          onClick={() => input.current?.click()}
        >
          Choose {what}
        </Button>
        <Text size="sm" c="dimmed" ta="center">
          or drop it here{note === undefined ? "" : `. ${note}`}
        </Text>
      </Stack>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        aria-label={`Choose ${what}`}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </Paper>
  );
}
