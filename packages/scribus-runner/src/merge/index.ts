export { createScribusMerger } from './create-scribus-merger.ts';
export { type DataEncoding, dataEncodings } from './data/data-encoding.ts';
export type { DataFaultReason, RecordFaultReason } from './data/data-faults.ts';
export { type DataFormat, dataFormats } from './data/data-format.ts';
export type { DataLimits } from './data/data-limits.ts';
export type { DataRecord } from './data/data-record.ts';
export { type DataOptions, type DataSource, type OpenedData, openData } from './data/open-data.ts';
export { type MergeControls, mergeRecords } from './merge-records.ts';
export { type MergeRequest, type RecordErrorMode, recordErrorModes } from './merge-request.ts';
export type {
  DocumentOfRecords,
  FailedRecords,
  MadeBy,
  MergedDocument,
  MergePath,
  RenderedRecords,
} from './merged-document.ts';
export type { MergeFinding } from './template/merge-finding.ts';
export { type OpenedTemplate, openTemplate, type TemplatePlace } from './template/open-template.ts';
export {
  type EmptyValueMode,
  emptyValueModes,
  type LineBreakMode,
  lineBreakModes,
  type TemplateLanguage,
} from './template/template-language.ts';
