// Figures with a bar each, below each other: shares of classes, probabilities, and, with a sign, what moved a score. Drawn by the
// page itself, so that they can be read, selected and found.

import { Box, Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./bar-list.module.css";

export interface Bar {
  key: string;
  label: ReactNode;
  /** Sign and length. */
  value: number;
  /** The figure in words. */
  text: string;
  /** Beside the label, smaller. */
  note?: ReactNode;
  colour?: string;
}

export interface BarListProps {
  label: string;
  bars: readonly Bar[];
  /** What a bar of full length is; the greatest value unless given. */
  full?: number;
  /** Bars go to the left and to the right of a middle. */
  isSigned?: boolean;
}

export function BarList({ label, bars, full, isSigned = false }: BarListProps) {
  const most = full ?? Math.max(0, ...bars.map(({ value }) => Math.abs(value)));
  return (
    <Box component="ul" className={classes["list"]} aria-label={label}>
      {bars.map(({ key, label: name, value, text, note, colour }) => {
        const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
        const width = `${share * (isSigned ? 50 : 100)}%`;
        const side = !isSigned ? { left: 0 } : value < 0 ? { right: "50%" } : { left: "50%" };
        return (
          <li key={key} className={classes["item"]}>
            <div className={classes["words"]}>
              <Text size="sm" component="div" className="foreign">
                {name}
                {note !== undefined && (
                  <Text span size="xs" c="dimmed">
                    {" "}
                    {note}
                  </Text>
                )}
              </Text>
              <Text size="sm" className="number">
                {text}
              </Text>
            </div>
            <div className={classes["track"]} data-signed={isSigned || undefined} aria-hidden>
              <div className={classes["bar"]} style={{ width, background: colour, ...side }} />
            </div>
          </li>
        );
      })}
    </Box>
  );
}
