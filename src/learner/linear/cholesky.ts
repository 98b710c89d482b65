// Solves a system of linear equations with a symmetric positive definite matrix, by Cholesky's decomposition.

/**
 * @param matrix row-major, `size × size`; the lower triangle is read, and overwritten by the factor
 * @param right the right-hand side; overwritten by the solution
 */
export function solvePositive(matrix: Float64Array, right: Float64Array): void {
  const size = right.length;
  for (let row = 0; row < size; row++) {
    const line = row * size;
    for (let column = 0; column <= row; column++) {
      const other = column * size;
      let sum = matrix[line + column];
      for (let index = 0; index < column; index++) sum -= matrix[line + index] * matrix[other + index];
      // A pivot that rounding has brought to nothing belongs to an input that the others make up.
      if (column === row) matrix[line + row] = Math.sqrt(Math.max(sum, Number.EPSILON * matrix[line + row]));
      else matrix[line + column] = sum / matrix[other + column];
    }
  }
  for (let row = 0; row < size; row++) {
    let sum = right[row];
    for (let index = 0; index < row; index++) sum -= matrix[row * size + index] * right[index];
    right[row] = sum / matrix[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row];
    for (let index = row + 1; index < size; index++) sum -= matrix[index * size + row] * right[index];
    right[row] = sum / matrix[row * size + row];
  }
}
