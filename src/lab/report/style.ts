import { darkGrades } from '../../charts/sequential.ts'
import { darkOf, fontStack } from '../../charts/theme.ts'

/** Everything a report looks like. Figures inlined in light colours are restyled by the attribute in the dark. */
export const styleSheet = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f8fa;--ink:#1f2328;--quiet:#59636e;--rule:#d8dee4;--hair:#e8ecef;--accent:#0b559f;--bad:#b3261e;--good:#1a7f37;--mark:#fff8c5}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 ${fontStack};font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
:lang(zh-CN) body,body:lang(zh-CN){line-height:1.75}
.page{max-width:1104px;margin:0 auto;padding:48px 32px 64px}
.skip{position:absolute;left:-999px}
.skip:focus{left:16px;top:8px;padding:4px 12px;background:var(--panel);color:var(--accent)}
a{color:var(--accent);text-underline-offset:2px}
p,ul,ol,dl{margin:0 0 1em;max-width:70ch}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:28px;font-weight:650;letter-spacing:-.01em;max-width:28em}
h2{font-size:20px;font-weight:650;margin:56px 0 16px;padding-top:20px;border-top:1px solid var(--rule)}
h3{font-size:16px;font-weight:650;margin:32px 0 8px}
.kicker{margin:0 0 12px;font-size:13px;color:var(--quiet);letter-spacing:.02em}
.question{margin:14px 0 0;font-size:16px;color:var(--quiet);max-width:66ch}
.question b{display:block;font-size:12px;font-weight:600;color:var(--quiet);margin-bottom:2px}
.findings{margin:32px 0 0;padding:0 0 0 20px;border-left:3px solid var(--accent)}
.findings h2{margin:0 0 6px;padding:0;border:0;font-size:12px;font-weight:600;color:var(--quiet)}
.findings .lead{font-size:20px;line-height:1.45;margin:0 0 10px;max-width:46em}
:lang(zh-CN) .findings .lead{line-height:1.6}
.findings p:last-child,.findings ul:last-child{margin-bottom:0}
.findings p,.findings li{max-width:66ch}
.findings h3{margin:18px 0 4px;font-size:14px;color:var(--quiet)}
.facts{display:flex;flex-wrap:wrap;gap:16px 40px;margin:36px 0 0;padding:16px 0 0;border-top:1px solid var(--rule);max-width:none}
.facts div{display:flex;flex-direction:column-reverse}
.facts dt{font-size:12px;color:var(--quiet);line-height:1.4}
.facts dd{margin:0;font-size:16px;font-weight:600;line-height:1.4}
.facts dd.bad{color:var(--bad)}
main>section:first-child>h2{border-top:0;padding-top:0;margin-top:48px}
figure{margin:28px 0 0;break-inside:avoid}
figure svg{display:block;width:100%;height:auto}
figure .narrow{display:none}
figcaption,caption{font-size:14px;line-height:1.5;color:var(--quiet);text-align:left;max-width:80ch}
figcaption{margin-top:10px}
figcaption b,caption b{color:var(--ink);font-weight:600}
.scroll{overflow-x:auto;margin:28px 0 0;scrollbar-width:thin}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:13px;line-height:1.4;width:100%}
caption{padding:0 0 10px;caption-side:top;max-width:none}
caption div{max-width:80ch}
th,td{padding:7px 14px 7px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--hair)}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;font-size:13px;white-space:nowrap;border-bottom:1px solid var(--ink);vertical-align:bottom}
thead small{display:block;font-weight:400;font-size:12px;color:var(--quiet)}
tbody th{font-weight:400}
tbody tr:last-child>*{border-bottom:1px solid var(--ink)}
.n{text-align:right;white-space:nowrap}
td small,.none small{font-size:12px;font-weight:400;color:var(--quiet)}
.none{color:var(--quiet)}
.first td,.first th{font-weight:650}
.first small,.first .none{font-weight:400}
.findings b{font-weight:650}
.series{min-width:150px}
.series svg{display:inline-block;vertical-align:-1px;margin-right:8px;flex:none}
.series span{display:flex;align-items:baseline}
.series i{font-style:normal}
.mono,.facts2 dd{overflow-wrap:anywhere}
.tied{color:var(--quiet);font-weight:400}
td small{display:block}
.none small{display:inline}
.worse{color:var(--bad)}.better{color:var(--good)}
.bad{color:var(--bad)}
.call{color:var(--quiet);white-space:nowrap}
.call.better{color:var(--good)}.call.worse{color:var(--bad)}.call.equivalent{color:var(--ink)}
.threats{font-size:15px;padding-left:20px}
.threats li{margin:0 0 .4em}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,'SF Mono',Menlo,Consolas,'Liberation Mono','Noto Sans Mono CJK SC',monospace;font-size:13px}
pre{margin:0 0 1em;padding:14px 16px;background:var(--panel);border:1px solid var(--hair);border-radius:6px;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
.facts2{display:grid;grid-template-columns:max-content 1fr;gap:6px 28px;font-size:14px;max-width:none}
.facts2 dt{color:var(--quiet)}
.facts2 dd{margin:0;min-width:0}
.note{font-size:14px;color:var(--quiet)}
.warn{padding:10px 14px;border-left:3px solid var(--bad);background:var(--panel);font-size:14px}
.rules{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:12px 40px}
.rule{break-inside:avoid;padding:6px 0;min-width:0}
.rule h3{margin:0}
.rule .formula{overflow-x:auto;overflow-y:hidden;padding:2px 0}
.rule math{font-size:16px;display:math;width:fit-content;margin:4px 0}
.rule mtd{padding:.12em 0}
.rule mtd:nth-child(odd){text-align:right;padding-right:.25em}
.rule mtd:nth-child(even){text-align:left}
.rule .katex{display:block}
.rule .katex-error{color:var(--bad);font-family:monospace}
.rule p{font-size:12px;color:var(--quiet);margin:0}
.method li{margin:0 0 .5em}
.method{font-size:14px;padding-left:20px}
details summary{cursor:pointer;font-size:14px;margin-top:24px;color:var(--accent)}
footer{margin-top:56px;padding-top:14px;border-top:1px solid var(--rule);font-size:13px;color:var(--quiet)}
@media screen and (max-width:640px){
.page{padding:28px 16px 48px}
h1{font-size:24px}
.findings{padding-left:14px}
.findings .lead{font-size:17px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:14px 16px}
.facts dd{overflow-wrap:anywhere}
figure .wide{display:none}
figure .narrow{display:block}
.facts2{grid-template-columns:1fr;gap:0}
.facts2 dd{margin-bottom:10px}
caption div{position:sticky;left:0;max-width:calc(100vw - 32px)}
.series{min-width:120px;max-width:160px}
.scroll .series{position:sticky;left:0;background:var(--ground)}
th,td{padding-right:16px}
}
@media screen and (prefers-color-scheme:dark){
:root{--ground:#15181c;--panel:#1c2127;--ink:#e4e7eb;--quiet:#9ea7b3;--rule:#353c45;--hair:#262c33;--accent:#7cbceb;--bad:#ff7b72;--good:#56d364;--mark:#3a3410}
${[...darkOf, ...darkGrades].map(([light, dark]) => `svg [fill="${light}"]{fill:${dark}}svg [stroke="${light}"]{stroke:${dark}}`).join('\n')}
}
@media print{
@page{size:A4;margin:16mm 15mm 18mm}
:root{--quiet:#3d444d;--rule:#c8ced4;--hair:#dfe3e7;--panel:#fafbfc}
body{font-size:10pt;line-height:1.45}
.page{max-width:none;padding:0}
.skip{display:none}
h1{font-size:18pt}
h2{font-size:13pt;margin-top:22pt;padding-top:8pt;break-after:avoid}
h3{break-after:avoid}
.findings .lead{font-size:12.5pt}
p,li,figcaption,caption{orphans:3;widows:3}
table,pre,code,.facts2,.method,.note,figcaption,caption{font-size:8.5pt}
th,td{padding:3.5pt 7pt 3.5pt 0}
thead th,thead small,td small{font-size:8pt}
thead{display:table-header-group}
tr{break-inside:avoid}
pre{padding:6pt 8pt}
summary{display:none}
.scroll{overflow:visible}
.series{min-width:0}
a{color:inherit;text-decoration:none}
details::details-content{content-visibility:visible;block-size:auto}
}
`.trim()
