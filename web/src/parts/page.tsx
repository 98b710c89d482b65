// The frame of a page and of its parts: one heading, what can be done, and panels with headings of their own.

import { Anchor, Group, Paper, type PaperProps, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";

export interface PageProps {
  title: string;
  /** One sentence on what is seen here. */
  note?: ReactNode;
  /** Ways back: address within the console, and its words. */
  above?: readonly { to: string; text: string }[];
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, note, above = [], actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Orbweaver`;
  }, [title]);
  return (
    <Stack gap="md">
      <Stack gap={2}>
        {above.length > 0 && (
          <Group gap={6} component="nav" aria-label="Above">
            {above.map(({ to, text }) => (
              <Text key={to} size="sm" c="dimmed">
                <Anchor size="sm" renderRoot={(props) => <Link to={to as string} {...props} />}>
                  {text}
                </Anchor>
                {" /"}
              </Text>
            ))}
          </Group>
        )}
        <Group justify="space-between" align="flex-end" gap="sm">
          <Title order={1} className="foreign">
            {title}
          </Title>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        {note !== undefined && (
          <Text c="dimmed" size="sm" maw={820} component="div">
            {note}
          </Text>
        )}
      </Stack>
      {children}
    </Stack>
  );
}

export interface PanelProps extends Omit<PaperProps, "title"> {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page with its heading. Wide content scrolls within it. */
export function Panel({ title, note, actions, children, ...paper }: PanelProps) {
  return (
    <Paper
      component="section"
      p="md"
      withBorder
      bg="var(--console-panel)"
      style={{ borderColor: "var(--console-line)", minWidth: 0 }}
      {...paper}
    >
      {(title !== undefined || actions !== undefined) && (
        <Group justify="space-between" align="flex-start" mb="sm" gap="xs">
          <div>
            {title !== undefined && <Title order={2}>{title}</Title>}
            {note !== undefined && (
              <Text c="dimmed" size="sm" component="div">
                {note}
              </Text>
            )}
          </div>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
      )}
      {children}
    </Paper>
  );
}

/** One figure with its unit and what it tells. */
export function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text fz="1.35rem" fw={600} lh={1.25}>
        {value}
      </Text>
      {note !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {note}
        </Text>
      )}
    </div>
  );
}
