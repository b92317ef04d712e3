export { createOpenTelemetryTracer, type OpenTelemetryTracerOptions } from './opentelemetry-tracer.ts';
