/**
 * Is what this SPDX expression demands within `allowed`? Of an OR one side must be, of an AND both.
 * What is not understood is not allowed.
 */
export function isAllowed(expression, allowed) {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let position = 0;

  const parseOperand = () => {
    const token = tokens[position++];
    if (token !== '(') return allowed.has(token);
    const result = parseOr();
    return tokens[position++] === ')' && result;
  };
  const parseAnd = () => {
    let result = parseOperand();
    while (tokens[position] === 'AND') {
      position += 1;
      result = parseOperand() && result;
    }
    return result;
  };
  const parseOr = () => {
    let result = parseAnd();
    while (tokens[position] === 'OR') {
      position += 1;
      result = parseAnd() || result;
    }
    return result;
  };

  return parseOr() && position === tokens.length;
}
