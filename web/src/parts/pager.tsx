// The way through a long list that the server gives by pages: which entries are shown, of how many.

import { Button, Group, Text } from "@mantine/core";
import { count } from "./format.ts";

export interface PagerProps {
  /** From 0. */
  page: number;
  pageSize: number;
  total: number;
  onPage: (page: number) => void;
}

export function Pager({ page, pageSize, total, onPage }: PagerProps) {
  if (total <= pageSize && page === 0) return null;
  const first = Math.min(total, page * pageSize + 1);
  const last = Math.min(total, (page + 1) * pageSize);
  return (
    <Group justify="space-between" gap="xs" mt="sm" component="nav" aria-label="Pages of the list">
      <Text size="sm" c="dimmed">
        {count(first)} to {count(last)} of {count(total)}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" disabled={page === 0} onClick={() => onPage(page - 1)}>
          Newer
        </Button>
        <Button size="xs" variant="default" disabled={last >= total} onClick={() => onPage(page + 1)}>
          Older
        </Button>
      </Group>
    </Group>
  );
}
