// The page's words in Chinese, by the English ones.

const CHINESE = {
  "Loading the model …": "正在加载模型……",
  "The model runs in this page: nothing is fetched, and nothing leaves your machine.":
    "模型就在本页运行：不联网，任何内容都不会离开你的电脑。",
  "Made by": "制作工具：",
  "This browser is too old: it lacks ": "浏览器版本过旧，缺少 ",
  Pictures: "图片",
  Seed: "种子",
  "How many": "数量",
  Truncation: "截断",
  off: "关",
  Class: "类别",
  class: "类别",
  "all of them": "全部",
  Conditions: "条件",
  "Another seed": "换一个种子",
  "Save as PNG": "保存为 PNG",
  "Press two pictures to walk from the first to the second.": "依次点两张图片，即可从前一张漫步到后一张。",
  "A walk between two seeds": "两个种子之间的漫步",
  "The picture on the way": "途中的图片",
  "From seed": "起点种子",
  "To seed": "终点种子",
  "On the way": "位置",
  Play: "播放",
  Pause: "暂停",
  "Two pictures' styles mixed": "混合两张图片的风格",
  "Coarse styles of the walk's start, and from a layer on the finer ones of its end.":
    "粗略的风格取自起点；从某一层起，细致的风格取自终点。",
  "From layer": "从第几层起",
  Start: "起点",
  Mixed: "混合",
  End: "终点",
  Direction: "方向",
  "Longer side": "长边",
  "as trained": "训练尺寸",
  "Draw here, or drop a picture": "在此绘画，或拖入图片",
  "Drawing pad: arrow keys move the pen, the space bar sets it down and lifts it":
    "画板：方向键移动画笔，空格键落笔和提笔",
  Pen: "画笔",
  Colour: "颜色",
  Undo: "撤销",
  Clear: "清空",
  "Open a picture": "打开图片",
  "What the model makes of it": "模型的结果",
  "And back again": "再转换回去",
  "This is no picture that the browser can read: ": "浏览器无法读取这张图片：",
  tiles: "块",
};

let chinese = navigator.language.startsWith("zh");
const t = (text) => (chinese ? CHINESE[text] ?? text : text);

// Say everything that is marked by `data-t`, and its label, in the language of the visitor, who may
// change it; `more` says the rest.
function speak(more) {
  const marked = [...document.querySelectorAll("[data-t]")].map((part) => [
    part,
    part.textContent,
    part.getAttribute("aria-label"),
  ]);
  const say = () => {
    document.documentElement.lang = chinese ? "zh" : "en";
    element("language").textContent = chinese ? "English" : "中文";
    element("language").lang = chinese ? "en" : "zh";
    for (const [part, text, label] of marked) {
      if (text && part.textContent) part.textContent = t(text);
      if (label) part.setAttribute("aria-label", t(label));
    }
    more();
  };
  element("language").addEventListener("click", () => {
    chinese = !chinese;
    say();
  });
  say();
}
