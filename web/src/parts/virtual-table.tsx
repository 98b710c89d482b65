// A table of any length: only the rows that are seen are drawn. Rows are had by their place, so that they may be in memory, on
// their way, or with the server. Told to readers as a grid with its whole size.
//
// Keys: up, down, page up and down, home and end move the row that is chosen; enter opens it.

import { Box, Text } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { elementScroll, observeElementOffset, useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import classes from "./virtual-table.module.css";

export interface Column<Row> {
  id: string;
  header: string;
  /** Pixels. */
  width: number;
  /** Takes what is left of the width. */
  grows?: boolean;
  isNumber?: boolean;
  isSortable?: boolean;
  cell: (row: Row, index: number) => ReactNode;
}

export interface Sorting {
  column: string;
  descending: boolean;
}

export interface VirtualTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rowCount: number;
  /** The row at a place; undefined while it is on its way. */
  rowAt: (index: number) => Row | undefined;
  /** Told of the rows that are seen, to fetch them. */
  onRange?: (first: number, last: number) => void;
  sorting?: Sorting;
  onSort?: (sorting: Sorting | undefined) => void;
  onOpen?: (row: Row, index: number) => void;
  /** Of the rows' part, pixels. */
  height?: number;
  rowHeight?: number;
  empty?: ReactNode;
}

/** Browsers draw no element taller than some 17 million pixels; longer tables are scrolled in proportion. */
const HEIGHT_MAX = 15_000_000;
const ROW_HEIGHT = 32;
/** Of the headings and the line below, as in the style sheet. */
const HEAD_HEIGHT = 34;
const OVERSCAN = 8;
/** Rows whose places are told from one that stays while they are scrolled. */
const SPAN_ROWS = 1_000;

export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, columns, rowCount, rowAt, onRange, sorting, onSort, onOpen, empty } = props;
  const { height = 520, rowHeight = ROW_HEIGHT } = props;
  const body = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(0);
  const full = rowCount * rowHeight;
  const drawn = Math.min(full, HEIGHT_MAX);
  /** Pixels of the whole table for one pixel that is scrolled. */
  const scale = drawn < full ? (full - height) / (drawn - height) : 1;
  const scaling = useRef(scale);
  scaling.current = scale;
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => body.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    // Rows may be drawn with the next frame; drawn at once they would be drawn more often than they are seen.
    useFlushSync: false,
    observeElementOffset: (instance, tell) =>
      observeElementOffset(instance, (offset, isScrolling) => tell(offset * scaling.current, isScrolling)),
    scrollToFn: (offset, options, instance) => elementScroll(offset / scaling.current, options, instance),
  });
  const scrolled = virtual.scrollOffset ?? 0;
  /** From a place in the whole table to one in the element. */
  const shift = scale === 1 ? 0 : scrolled / scale - scrolled;
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const base = first - (first % SPAN_ROWS);
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= first) onRange?.(first, last);
  }, [first, last, onRange]);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const move = useCallback(
    (event: KeyboardEvent) => {
      const page = Math.max(1, Math.floor(height / rowHeight) - 1);
      const steps: Record<string, number> = {
        ArrowDown: chosen + 1,
        ArrowUp: chosen - 1,
        PageDown: chosen + page,
        PageUp: chosen - page,
        Home: 0,
        End: rowCount - 1,
      };
      if (event.key === "Enter") {
        const row = rowAt(chosen);
        if (row !== undefined) onOpen?.(row, chosen);
        return;
      }
      const wanted = steps[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      const next = Math.max(0, Math.min(rowCount - 1, wanted));
      setChosen(next);
      const element = body.current;
      if (element === null) return;
      // By hand, since the library knows no table that is taller than its element.
      const top = next * rowHeight;
      const seen = element.scrollTop * scaling.current;
      const room = element.clientHeight - HEAD_HEIGHT - rowHeight;
      if (top < seen) element.scrollTop = top / scaling.current;
      else if (top > seen + room) element.scrollTop = (top - room) / scaling.current;
    },
    [chosen, height, rowHeight, rowCount, rowAt, onOpen],
  );
  return (
    <Box className={classes["frame"]}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table that draws some rows only cannot be a table element */}
      <div
        ref={body}
        className={classes["body"]}
        style={{ maxHeight: height }}
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length}
        tabIndex={0}
        onKeyDown={move}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus */}
        <div className={classes["head"]} role="row" aria-rowindex={1} style={{ minWidth: width }}>
          {columns.map((column) => (
            <HeaderCell
              key={column.id}
              column={column}
              style={flexOf(column)}
              sorting={sorting}
              onSort={column.isSortable ? onSort : undefined}
            />
          ))}
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: see above */}
        <div style={{ height: drawn, minWidth: width, position: "relative" }} role="rowgroup">
          {/* Rows keep their places in a span of the table, and what moves while one scrolls is the span. */}
          <div className={classes["span"]} style={{ transform: `translateY(${base * rowHeight + shift}px)` }}>
            {items.map(({ index }) => (
              <Row
                key={index}
                index={index}
                row={rowAt(index)}
                columns={columns}
                top={(index - base) * rowHeight}
                height={rowHeight}
                isChosen={index === chosen}
                onChoose={setChosen}
                onOpen={onOpen}
              />
            ))}
          </div>
        </div>
      </div>
      {rowCount === 0 &&
        (empty ?? (
          <Text c="dimmed" p="md" size="sm" ta="center">
            No rows
          </Text>
        ))}
    </Box>
  );
}

function flexOf({ grows, width }: { grows?: boolean; width: number }): CSSProperties {
  return { flex: grows ? `1 0 ${width}px` : `0 0 ${width}px` };
}

interface RowProps<Row> {
  index: number;
  row: Row | undefined;
  columns: readonly Column<Row>[];
  top: number;
  height: number;
  isChosen: boolean;
  onChoose: (index: number) => void;
  onOpen: VirtualTableProps<Row>["onOpen"];
}

/** Drawn again only when something of it has changed: scrolling adds rows and leaves the others alone. */
const Row = memo(function Row<T>({
  index,
  row,
  columns,
  top,
  height,
  isChosen,
  onChoose,
  onOpen,
}: RowProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table that draws some rows only cannot be a table element
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      className={classes["row"]}
      data-chosen={isChosen || undefined}
      data-opens={onOpen !== undefined || undefined}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => {
        onChoose(index);
        if (row !== undefined) onOpen?.(row, index);
      }}
    >
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: see above
        // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
        <div
          key={column.id}
          role="gridcell"
          className={classes["cell"]}
          data-number={column.isNumber || undefined}
          style={flexOf(column)}
        >
          {row === undefined ? <span className={classes["waiting"]} /> : column.cell(row, index)}
        </div>
      ))}
    </div>
  );
}) as <T>(props: RowProps<T>) => ReactNode;

interface HeaderCellProps<Row> {
  column: Column<Row>;
  style: CSSProperties;
  sorting: Sorting | undefined;
  onSort: VirtualTableProps<Row>["onSort"];
}

/** Sorts up, then down, then not at all. */
function HeaderCell<Row>({ column, style, sorting, onSort }: HeaderCellProps<Row>) {
  const isSorted = sorting?.column === column.id;
  const direction = !isSorted ? "none" : sorting.descending ? "descending" : "ascending";
  const next = (): Sorting | undefined => {
    if (!isSorted) return { column: column.id, descending: false };
    return sorting.descending ? undefined : { column: column.id, descending: true };
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it has the focus
    <div
      role="columnheader"
      aria-sort={direction}
      className={classes["cell"]}
      data-number={column.isNumber || undefined}
      style={style}
    >
      {onSort === undefined ? (
        column.header
      ) : (
        <button type="button" className={classes["sort"]} onClick={() => onSort(next())}>
          {column.header}
          {direction === "ascending" && <IconChevronUp size={14} aria-hidden />}
          {direction === "descending" && <IconChevronDown size={14} aria-hidden />}
        </button>
      )}
    </div>
  );
}
