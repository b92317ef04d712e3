import type { Aim, Attack } from './attack.ts';
import { documentWithFrame } from './frames.ts';

const scene = (script: (aim: Aim) => string, frame: (aim: Aim) => string): Attack['make'] => {
  return (aim) => ({ text: frame(aim), beside: { 'scene.lua': script(aim) } });
};
const refusal = { reason: 'script-3d', element: 'PAGEOBJECT', at: 'ANNAME="logo"' } as const;
const inThis = () => documentWithFrame('modelFile="scene.lua"', 10);

/** Frames of 3D scenes: Lua. */
export const scenes: readonly Attack[] = [
  {
    name: 'starts a program from the script of a 3D scene',
    make: scene(({ target }) => `os.execute(": > '${target.marker}'")`, inThis),
    screening: refusal,
    harm: 'written',
  },
  {
    name: 'writes a file from the script of a 3D scene',
    make: scene(({ target }) => `io.open("${target.marker}", "w"):close()`, inThis),
    screening: refusal,
    harm: 'written',
  },
  {
    name: 'runs the script of a 3D scene that lies elsewhere',
    make: scene(
      ({ target }) => `io.open("${target.marker}", "w"):close()`,
      ({ inputDirectory }) => documentWithFrame(`modelFile="${inputDirectory}/scene.lua"`, 10),
    ),
    screening: refusal,
    harm: 'written',
  },
  {
    name: 'multiplies from the script of a 3D scene',
    make: scene(
      ({ target }) =>
        `os.execute("n=0; while [ $n -lt 30 ]; do (sleep 60 & sleep 60) & n=$((n+1)); done; : > '${target.marker}'")`,
      inThis,
    ),
    screening: refusal,
    harm: 'written',
  },
];
