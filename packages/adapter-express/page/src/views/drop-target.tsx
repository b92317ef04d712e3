import { useEffect, useState } from 'preact/hooks';
import { allJobs } from '../parts/route.ts';
import { droppedFiles } from '../upload/dropped-files.ts';
import { useApp } from './app-context.ts';

/** Lets files be dropped anywhere on the page. */
export function DropTarget() {
  const app = useApp();
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    // Entered and left are told of each element on the way.
    let depth = 0;
    const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', listener: (event: DragEvent) => void): void => {
      addEventListener(type, (event) => hasFiles(event) && listener(event), { signal });
    };
    on('dragenter', (event) => {
      event.preventDefault();
      depth += 1;
      setIsOver(true);
    });
    on('dragover', (event) => event.preventDefault());
    on('dragleave', () => {
      depth -= 1;
      setIsOver(depth > 0);
    });
    on('drop', (event) => {
      event.preventDefault();
      depth = 0;
      setIsOver(false);
      if (event.dataTransfer === null) return;
      app.router.go(allJobs);
      void app.intake.take(droppedFiles(event.dataTransfer));
    });
    return () => ending.abort();
  }, [app]);
  return isOver ? <div class="drop-veil">Drop to hand in</div> : null;
}
