/** Business cards as CSV, in pieces. */
export async function* cardsAsCsv(count: number): AsyncGenerator<Buffer> {
  yield Buffer.from('title,name,phone,email,web,street,city\n');
  for (let index = 1; index <= count; index += 1) yield Buffer.from(`${cardOf(index).join(',')}\n`);
}

/** The cells of one card. */
const cardOf = (index: number): readonly string[] => [
  index % 3 === 0 ? 'Dr.' : '',
  `Person ${index}`,
  `+49 30 ${String(index).padStart(6, '0')}`,
  `person-${index}@example.org`,
  index % 5 === 0 ? '' : 'example.org',
  `Long Street ${index}`,
  '10117 Berlin',
];
