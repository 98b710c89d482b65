// Groups of inputs that go together: the feature mapper of KitNET (Mirsky et al. 2018), with average linkage.

/** Inputs up to which correlations are looked at; beyond, neighbours in the order of names make a group. */
export const CLUSTER_INPUTS = 2_048;
/** Products of numbers that correlations may cost: they are taken from fewer rows where there are many inputs. */
const PRODUCTS = 400_000_000;
const ROWS = { least: 200, most: 5_000 } as const;

/** Rows that the correlations of so many inputs are taken from. */
export function clusterRows(inputs: number): number {
  return Math.max(ROWS.least, Math.min(ROWS.most, Math.floor((2 * PRODUCTS) / (inputs * inputs))));
}

/**
 * Parts inputs into groups of at most `most`, each ascending: by hierarchical clustering with the distance 1 - correlation
 * and average linkage, cut from the top until every group is small enough.
 *
 * @param rows encoded rows, row-major, `width` numbers each, finite
 */
export function clusterInputs(rows: Float64Array, width: number, most: number): Int32Array[] {
  if (width > CLUSTER_INPUTS) return chunks(width, most);
  const merges = averageLinkage(distances(rows, width), width);
  return cut(merges, width, most);
}

function chunks(width: number, most: number): Int32Array[] {
  const groups: Int32Array[] = [];
  for (let start = 0; start < width; start += most) {
    groups.push(Int32Array.from({ length: Math.min(most, width - start) }, (_, index) => start + index));
  }
  return groups;
}

/** 1 - correlation of every two inputs, as a full matrix; inputs that do not vary are as far from all as chance. */
function distances(rows: Float64Array, width: number): Float64Array {
  const columns = standardised(rows, width);
  const matrix = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = a + 1; b < width; b++) {
      let sum = 0;
      const [first, second] = [columns[a], columns[b]];
      for (let row = 0; row < first.length; row++) sum += first[row] * second[row];
      matrix[a * width + b] = matrix[b * width + a] = 1 - sum;
    }
  }
  return matrix;
}

/** Columns of mean 0 and length 1, or of zeros. */
function standardised(rows: Float64Array, width: number): Float64Array[] {
  const count = rows.length / width;
  return Array.from({ length: width }, (_, column) => {
    const values = Float64Array.from({ length: count }, (_, row) => rows[row * width + column]);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0));
    const usable = length > 0 && length < Number.POSITIVE_INFINITY;
    return values.map((value) => (usable ? (value - mean) / length : 0));
  });
}

interface Merge {
  first: number;
  second: number;
  distance: number;
}

/**
 * The merges of average linkage, by chains of nearest neighbours (Murtagh 1983): groups are named by one of their inputs;
 * the second joins the first. Overwrites the distances.
 */
function averageLinkage(matrix: Float64Array, width: number): Merge[] {
  const sizes = new Float64Array(width).fill(1);
  const alive = Array.from({ length: width }, (_, index) => index);
  const merges: Merge[] = [];
  const chain: number[] = [];
  while (alive.length > 1) {
    if (chain.length === 0) chain.push(alive[0]);
    const top = chain[chain.length - 1];
    const before = chain[chain.length - 2];
    const next = nearest(matrix, width, alive, top, before);
    if (next !== before) {
      chain.push(next);
      continue;
    }
    chain.length -= 2;
    const [first, second] = [Math.min(top, next), Math.max(top, next)];
    merges.push({ first, second, distance: matrix[first * width + second] });
    alive.splice(alive.indexOf(second), 1);
    const size = sizes[first] + sizes[second];
    for (const other of alive) {
      const mean =
        (sizes[first] * matrix[first * width + other] + sizes[second] * matrix[second * width + other]) /
        size;
      matrix[first * width + other] = matrix[other * width + first] = mean;
    }
    sizes[first] = size;
  }
  return merges;
}

/** The nearest other group; of equally near ones the one before in the chain, then the lowest. */
function nearest(
  matrix: Float64Array,
  width: number,
  alive: number[],
  from: number,
  before: number | undefined,
): number {
  let best = before ?? -1;
  let least = before === undefined ? Number.POSITIVE_INFINITY : matrix[from * width + before];
  for (const other of alive) {
    if (other === from) continue;
    const distance = matrix[from * width + other];
    if (distance < least || best < 0) {
      best = other;
      least = distance;
    }
  }
  return best;
}

/** Groups of the tree of merges that are small enough, from the top down; in the order of their first inputs. */
function cut(merges: readonly Merge[], width: number, most: number): Int32Array[] {
  // Chains find merges out of order; in the order of their distances they are those of the plain method.
  const ordered = merges.map((merge, index) => ({ ...merge, index }));
  ordered.sort((a, b) => a.distance - b.distance || a.index - b.index);
  const groupOf = Array.from({ length: width }, (_, input) => input);
  const trees: Tree[] = groupOf.map((input) => ({ inputs: [input] }));
  const find = (input: number): number => {
    let root = input;
    while (groupOf[root] !== root) root = groupOf[root];
    return root;
  };
  for (const { first, second } of ordered) {
    const [a, b] = [find(first), find(second)];
    trees[a] = { inputs: [...trees[a].inputs, ...trees[b].inputs], children: [trees[a], trees[b]] };
    groupOf[b] = a;
  }
  const groups: Int32Array[] = [];
  const open: Tree[] = [trees[find(0)]];
  for (let tree = open.pop(); tree !== undefined; tree = open.pop()) {
    if (tree.inputs.length <= most || !tree.children) groups.push(Int32Array.from(tree.inputs).sort());
    else open.push(...tree.children);
  }
  return groups.sort((a, b) => a[0] - b[0]);
}

interface Tree {
  inputs: number[];
  children?: [Tree, Tree];
}
