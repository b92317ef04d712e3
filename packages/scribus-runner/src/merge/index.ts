export { type DataEncoding, dataEncodings } from './data/data-encoding.ts';
export type { DataFaultReason, RecordFaultReason } from './data/data-faults.ts';
export { type DataFormat, dataFormats } from './data/data-format.ts';
export type { DataLimits } from './data/data-limits.ts';
export type { DataRecord } from './data/data-record.ts';
export { type DataOptions, type DataSource, type OpenedData, openData } from './data/open-data.ts';
