// Pictures beside Graphviz: graphs of 10, 100 and 1,000 resources, drawn by pluto and laid out by dot.
//
// Input: a folder to work in and the program. Output: commands for measure.c, and a table of what they took.
// dot gets what `pluto graph --format dot` gives for the same graph; it draws, but makes no page.

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { graph } from "../browser/graphs.mjs";

const SIZES = [10, 100, 1000];

export function pictureCommands(folder, pluto) {
    return SIZES.flatMap((nodes) => {
        const { length: edges } = graph(nodes).edges;
        const file = (ending) => path.join(folder, `graph-${nodes}.${ending}`);
        fs.writeFileSync(file("json"), JSON.stringify(graph(nodes)));
        const draw = (format) => [
            pluto, "graph", "--from", file("json"), "--format", format, "--output", file(format),
        ];
        const [program, ...args] = draw("dot");
        execFileSync(program, args);
        const size = `${nodes.toLocaleString("en")} resources, ${edges.toLocaleString("en")} edges`;
        const row = (name, command) => ({ name: `${name} ${nodes}`, shown: name, size, command });
        return [
            row("pluto, svg", draw("svg")),
            row("pluto, html", draw("html")),
            row("dot, svg", ["dot", "-Tsvg", file("dot"), "-o", file("dot.svg")]),
        ];
    });
}

export function pictureTable(rows, round) {
    const floor = (size) => rows.find((row) => row.size === size && row.shown.startsWith("dot")).wall;
    return [
        "| graph | drawn by | wall, ms | least – most | of dot's | CPU, ms | peak memory, MiB |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        ...rows.map(({ size, shown, wall, least, most, cpu, memory }) => {
            const share = round((100 * wall) / floor(size), 0);
            return `| ${size} | ${shown} | ${round(wall, 1)} | ${round(least, 1)} – ${round(most, 1)} | ${share} % | ${round(cpu, 1)} | ${round(memory, 1)} |`;
        }),
    ];
}
