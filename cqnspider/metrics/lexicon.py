"""Words around a number: qualifiers, change verbs, bases of comparison, plans, norms. Tables only; the logic that uses them is elsewhere."""

from __future__ import annotations

import re
from typing import Final

# Qualifier in front → comparator and whether it says "approximately" (Civil Code art. 1259: 以上/以下/以内 include the number).
FRONT: Final = {
    "约": (None, True), "大约": (None, True), "约为": (None, True), "大概": (None, True), "差不多": (None, True), "估计": (None, True), "约合": (None, True),
    "近": ("<", True), "将近": ("<", True), "接近": ("<", True), "不足": ("<", False), "不到": ("<", False), "未满": ("<", False), "低于": ("<", False), "少于": ("<", False), "未到": ("<", False), "未达": ("<", False),
    "小于": ("<", False), "超": (">", False), "超过": (">", False), "逾": (">", False), "突破": (">", False), "多于": (">", False), "高于": (">", False), "大于": (">", False), "过": (">", False), "超出": (">", False),
    "上": (">=", True), "不低于": (">=", False), "不少于": (">=", False), "至少": (">=", False), "最少": (">=", False), "不下": (">=", False), "不下于": (">=", False), "不小于": (">=", False), "起码": (">=", False),
    "至多": ("<=", False), "最多": ("<=", False), "不超过": ("<=", False), "不高于": ("<=", False), "不多于": ("<=", False), "不大于": ("<=", False), "未超过": ("<=", False), "不超": ("<=", False),
}  # fmt: skip
BEHIND: Final = {
    "以上": (">=", False), "及以上": (">=", False), "以下": ("<=", False), "及以下": ("<=", False), "以内": ("<=", False), "之内": ("<=", False), "左右": (None, True), "上下": (None, True), "开外": (">", True),
    "余": (">", True), "多": (">", True), "之多": (None, False), "起": (">=", False),
}  # fmt: skip
# 过 and 上 qualify a bare power of ten only (过百, 上千); 近 约 超 过 also end other words.
ONLY_BEFORE_POWERS: Final = frozenset(("过", "上"))
NO_QUALIFIER_AFTER: Final = {
    "约": "节违公签预合制集契邀守履条特相婉简隐俭", "近": "附最临就邻亲靠走贴逼新远", "超": "商赶反高", "过": "经通超不透渡越错难", "上": "以向网线路市晚早马身之",
    "逾": "", "至多": "", "不到": "得做达看找买收", "不足": "", "突破": "",
}  # fmt: skip

# Quantities without a numeral: value, unit, comparator.
LEXICAL: Final[dict[str, tuple[str, str, str | None]]] = {
    "一半": ("0.5", "", None), "半数": ("0.5", "", None), "过半": ("0.5", "", ">"), "翻番": ("1", "番", None),
}  # fmt: skip

# Verbs of change → direction. What stands behind 到/至/为 is a level.
CHANGES: Final = {
    **dict.fromkeys("增长 上升 提高 提升 增加 上涨 攀升 跃升 扩大 净增 增多 递增 增 升 涨 回升 上浮 拉升 翻 多 高 提速 上调 激增 猛增".split(), "increase"),
    **dict.fromkeys("下降 减少 降低 回落 缩减 缩短 压缩 压减 下滑 下跌 收窄 降 减 跌 缩 精简 削减 递减 少 低 下浮 下调 锐减 骤降 缩小 调减 省".split(), "decrease"),
}  # fmt: skip
# These say a change only with a comparison in the clause (比去年多3件); alone they mean other things.
NEED_BASIS: Final = frozenset("多 高 少 低".split())
NO_VERB_AFTER: Final = {"增": "新", "升": "提直晋回", "减": "", "降": "", "省": "全我各本该外贵东西南北江两三四五", "多": "很许众更最诸", "高": "最提", "低": "最", "少": "至不最多", "翻": "推", "缩": "", "跌": "", "涨": "", "扩大": "", "增加": ""}
# Nouns that say change and direction: 增幅12%, 降幅达3.1%.
CHANGE_NOUNS: Final = {"增幅": "increase", "涨幅": "increase", "增速": "increase", "增长率": "increase", "升幅": "increase", "增量": "increase", "降幅": "decrease", "跌幅": "decrease", "下降率": "decrease", "减幅": "decrease"}

YEAR_ON_YEAR: Final = r"同比|[比较][上去]年(?!底|末)|[比较](?:上年度?|去年|前一年|上一年)(?![底末初])|[与同和](?:上年|去年|上一年)(?:同期)?相?比|(?:上年|去年)同期|按年"
MONTH_ON_MONTH: Final = r"环比|[比较](?:上个?月|上个?季度?|前一?个?月|上周|上一季度|上一周期|上期|上一期|上轮|一季度|二季度|三季度)|[与同和](?:上个?月|上个?季度|上周|上期|上一季度)相?比|按月"

PLANS: Final = (
    "(?<!年度)(?<!行动)(?<!工作)(?<!专项)(?<!抽检)计划(?![、,》”的内外单经])|力争|争取(?!到)|预计|预期|有望|拟(?!定|人)|确保|届时|今后|未来|下一步|力求|目标(?:是|为|值)?"
    "|将(?=在|于|继续|对|进一步|开展|组织|投入|建设|新建|建成|完成|培训|达|有|突破|超|实现|举办|新增|分[为期]|向|通过|增加|提高|推动|投资|重点|联合|会|陆续|抽检|抽查|检查|安排|创建|培育|再|为|以)"
    "|(?<![达得收受看做年月日0-9])[到至](?:20[0-9]{2}年|[“]?十[四五]五[”]?|[今明]年)(?:底|末|年底)?|要(?:达到|实现|建成|完成)|规划值"
)
DONE: Final = "已|目前|截至|截止|累计|今年以来|完成了|建成了|分别为|上年|去年"
NORMS: Final = r"不得|不应|应[当该]?(?:不|大于|小于|达到|在|为|控制|低于|高于|少于|满|于)|须(?:在|不|达|于)|必须|标准(?:规定|要求|限|为|值)|限[值量](?:为|是|要求)?|允许(?:误差|偏差|值)|规定(?:的|为|值|,|:|不)|(?:可|应)处(?!理|置)|最高可|法定$|保质期|有效期|试用期|服务期|质保|标准值|使用年限|最高不超过|上限|下限|依照|满分"
# What a label, a seller or an advertisement says of itself.
CLAIMS: Final = "标称|明示|标注(?![率的])|标示|宣称|声称|自称|号称|净含量|额定|超出最大允许|规格[:为]?"
# A duration is a result where something took it, was cut by it or to it.
LASTED: Final = "压缩|缩短|压减|用时|耗时|费时|平均|减少|节省|节约|提速|提前|只需|仅需|仅用|只用|用了|花了|时长|停机|停业|停播|停产|延长|等待|时限|增加|周期|超期|逾期|压到|来回要|就要|要等|得等|快了|慢了|最[快慢长短]|拉长|推迟|延误"

# Words that jieba's dictionary lacks or files under another part of speech; tags as in that dictionary.
WORD_FREQUENCY: Final = 20000
WORDS: Final = {
    "n": """市场监管局 市场监管所 市场监管 监管局 质量月 批次 场次 人次 家次 台账 商户 主体 经营主体 市场主体 经营户 个体户 合格率 不合格率 抽检率 办结率 满意率 满意度 覆盖率 占比 电梯 气瓶 电动车 网店
        投诉量 举报量 受理量 案值 货值 罚没款 罚没 罚款 通知书 意见书 告知书 承诺书 责任书 责令改正通知书 监察指令书 样品 食品 药品 化妆品 医疗器械 执法人员 监管人员 工作人员 线索 隐患 条码 秤 加油机 出租车 计价器 突击队 质量官
        农贸市场 超市 商超 餐饮店 药店 诊所 小作坊 小餐饮 食堂 外卖 直播 主播 专利 商标 地理标志 标准 团体标准 检验 定检 检定 首席质量官 志愿者 消费者 经营者 生产者 销售者 群众 案件 大案 要案 投诉 举报 咨询 诉求 设备 缺陷 得分 评分 时长 周期 货值 均价 标价 售价 挂牌价 一等奖 二等奖 三等奖 特等奖 优秀奖 食材 包材 门店 奖励 罚款 补贴 奖金 处方 起火 违法所得 所得
        检测员 住户 锦旗 纠纷 授信额 开放日 领跑者 充装站 隐患 台件 组织 成果 班组 单位 机构 指令书 色牢度 违规行为 违法行为 用时 封签 警示 退款 退货 通知 成本 检出值 次数 人数 户数 件数 起数 年报率 使用率 整改率 解决率 初查率 网办率 成功率 建成率 困人率 次品率 阳性率 发现率 占有率 受检率 空隙率""",
    "v": """抽检 抽查 检查 出动 查处 查办 查获 起获 收取 退还 拿到 查扣 扣押 没收 销毁 下架 封存 责令 整改 责令整改 责令改正 立案 结案 移送 约谈 发放 印发 张贴 悬挂 受理 接到 接听 办结 调解 挽回 开展 举办 召开 排查 巡查 走访 摸排 督查 督办 覆盖
        收集 回收 召回 新增 登记 注册 注销 吊销 核发 换发 制发 发出 下达 下发 送达 制定 修订 参与 主导 牵头 立项 获评 获得 荣获 评选 培育 创建 建成 新建 打造 设立 成立 签订 签署 帮扶 服务 惠及 培训 宣讲 宣传 检测 检出 检定 校准 抽取 抽样 送检
        曝光 公示 通报 列入 处罚 罚没 共罚 减免 节约 节省 投入 投资 奖励 补贴 争取 追缴 退还 退赔 赔偿 返还 涉及 涉案 查封 取缔 关停 捣毁 端掉 打掉 抓获 刑拘 更换 安装 改造 更新 淘汰 报废 停用 复查 回访 解答 接待 处置 处理 解决 化解 完成 办理 提供 收到 收缴 拆除 清理 清查 参加 参训 参会 参赛 参展 挽损 减负 获利 放贷 让利 增收 轻罚 免罚 新设 新办 新发 在办 到场 申报 在售 涉嫌 收网 取保候审 警告 批捕 荣立 撤销 暂停 移出 检出 实测 充装 致伤 送检 废止 复审 参与 共有 拥有 达到 通过 未通过""",
    "a": "比较 阳性 超标 受访 受检 在建 在册 在营 参评 获证 涉事 持证 规上 获奖 合格 不合格 优秀 良好 一般 较差 达标 不达标",
    "d": "联合 共同 均 都 已 全部 全程 累计 共计 合计 同比 环比 分别 依法 先后 陆续 主要 集中 现场 其余 大多 普遍 同时 同步 再 又 还 就 仅 平均 共 当场 主动 免费 限期 及时 首次 日均 年均 月均 人均 一次性 连续 年内 尚 也 则 各自 逐步 总体 直接 立即 随机 现",
    "t": "季度 年度 上季度 本季度 上年度 月份 年初 年底 年末 上月 当月 当年 今年 去年 明年 前年 上年 同期 十年前 期间 上半年 下半年 前三季度 一季度 二季度 三季度 四季度 目前 近期 近年来 近日 日前",
    "p": "在 对 为 向 被 把 将 由 从 与 以 用 给 让 使 因 经 按 于 至 到 较 比",
    "r": "其中 各类 各 该 此 全市 全县 全省 全区 全国 我市 我县 我省 我局 该市 该县 该局 辖区 当地 各地 本地 上述 其 有关 相关 部分 多个 以上 以下 其余 另外 另",
}  # fmt: skip
# Verbs that may be what is counted, where another verb governs them (开展检查5次) or a modifier stands before them (专项检查5次).
ACTIVITIES: Final = frozenset(
    "检查 抽检 抽查 培训 投诉 举报 咨询 宣传 宣讲 演练 检测 检验 约谈 调解 巡查 排查 走访 督查 服务 活动 行动 处罚 罚没 登记 注册 回访 改造 更换 认证 会商 检定 校准 送检 整治 座谈 讲座 比赛 竞赛 诊断 审核 复查 修复 授信 帮扶 建议 指导 补贴 奖励 赔偿 投资 捐赠 执法 诉求 来电 求助 研讨 交易 贷款 融资 维修 维保 注销 召回 许可 备案 评估 监测 曝光 通报 公示 处置 交流 观摩 展示 宣誓 调研 维权 验收".split()
)
# Stand between a noun and its number and are no part of the noun.
CONNECTORS: Final = (
    "共计|共有|一共|总共|合计|总计|累计|累计达|共|达到|高达|多达|已达|达|(?<![行认])为|是|有|(?<![节签违预合])约|已|就|仅|只|只有|仅有|分别|均|各|各有|平均|同比|环比|占比|占|比重|比例|的|了|由|从|自|到|至|也|都|每年|全年|今年"
    "|去年|当年|上年|上半年|下半年|当日|当月|当天|上月|目前|已经|大约|大幅|同期|则|还|又|再|下降|上升|增长|提高|降低|升|降|增加|减少|增幅|降幅|涨幅|增速|仍|保持|保持在|稳定在|在|稳定|稳步|连续|显著|明显|持续|原来|最初"
    "|起初|最高|最低|最多|最少|最大|最小|最快|总体|基本|实现|约为|升至|降至|控制|以|(?<!附)近|(?<!商)超|且|并|其中|中|力争|计划|拟|预计|争取|确保|将|目标|要|(?<![供反效])应|涨到|降到|升到|压到|减至|减到|减为|增至|增到|涨至|实测|实际|年均|日均|月均|人均"
)
# What is said of a subject; the noun stands in front of it, or was said before.
PREDICATES: Final = (
    "(?:约|分别|仅|共|已)*占(?!比|地|有|用)|(?<![不还就都也正但只凡要])是|(?<![理自])由(?![于来])|(?<!服)从(?![业事而])|(?<![比计])较(?![大多高好为少重])|(?<![占对同环正之])比(?![例重赛较对率值亚])"
    "|高于|低于|优于|位?居(?=前|第)|[与同]上[年月季]"
)
MEASURE_NOUNS: Final = frozenset("参与 数量 数 量 规模".split())
# A head with such an ending can be measured, not counted one by one.
MEASURE_ENDINGS: Final = ("率", "额", "量", "价", "值", "度", "费", "收入", "产值", "面积", "比", "时长", "用时", "耗时", "时间", "误差", "偏差", "时限", "周期", "工期", "指数", "得分", "成本")
# Classifiers that count activities (开展检查5次); others count things and people.
ACTIVITY_UNITS: Final = frozenset("次 场 期 轮 项 件 起 例 宗 单 份 节 课 场次 件次 项次 人次 户次 家次 期次 台次 轮次 班次 频次 学时 课时 类 桩 票 条 条次 笔".split())
LIGHT_VERBS: Final = frozenset("开展 进行 实施 组织 完成 接受 做好 加强 通过 予以 给予 提供".split())
# Verbs after which nothing that was said before is counted.
NO_ANTECEDENT: Final = frozenset("三者 两者 二者 前者 后者 立案 责令 责令整改 责令改正 列入 警告 拘留 刑拘 检查".split())
# A verdict on what is counted is no noun that is counted: 3批次净含量不合格.
VERDICTS: Final = ("合格", "不合格", "超标", "达标", "不达标", "阳性", "不符合")

# Nouns that act: a verb behind them is their predicate (企业|培训人员), not a part of the phrase.
ACTORS: Final = frozenset("部门 企业 单位 人员 商户 群众 代表 经营户 经营者 消费者 公司 机构 干部 员工 党员 学员 选手 顾客 门店 商家 组织 学生 家庭 居民 市民 村民 嫌疑人 检测员 超市".split())
# Nouns that go on behind one that acts: 企业负责人.
AFTER_ACTORS: Final = frozenset("负责人 代表 员工 职工 人员 质量官 名单 标准 家 主 代表队 会员 单位 干部 学员 信用 档案 商标 专利 产品".split()) - {"档案"}
# Verbs that stand inside noun phrases (质量提升行动), where jieba's dictionary knows them as plain verbs.
MODIFYING_VERBS: Final = frozenset("提升 改进 生产 经营 销售 加工 流通 使用 服务 检验 检测 管理 监管 治理 整治 认证 培训 创新 保护 发展 建设 供应 配送 维保 储存 运输 回收 充电 投诉 举报 采购 出口 进口 帮扶 攻关 维权 违法 涉企 涉案 示范 种植 养殖 制造 生活 学习 居住 执法 防护 消防".split())
# Activity words that mostly govern the noun behind them (检查企业300家) and so begin no phrase.
GOVERNING: Final = frozenset("检查 抽检 抽查 查处 查办 培训 宣传 服务 检测 检定 检验 登记 注册 投入 处罚 组织 指导 走访 排查 巡查 约谈 督查 覆盖 帮扶 投资 奖励 调解 处理 受理 解决".split())
# Words that lead a phrase and are no part of it.
LEADING: Final = frozenset("各类 全市 全县 全省 全区 全国 共 各 相关 有关 该 其 上述 涉及 等".split())
# An unknown word that begins so is no noun.
NO_NOUN_BEGINS: Final = frozenset("能只已新未因升守实再将可会要被共各均就都还不没有无在对为向从由到给让使退挽增减更也最曾正把以与但所又仅则却便先后带得拒经")
# Never what is counted.
NO_HEADS: Final = frozenset("三者 两者 二者 前者 后者 合计 全市 全县 全省 全区 全国 我市 我县 我省 该局 该市 该县 辖区 当地 方面 情况 期间 日前 目前 以来 其中 数量 总数 左右 结果 基础 问题类 过程 同时 近期 系统 局 等 人 机关 公安机关 司法机关 处 类 个 名单".split())
# A class named for a number of things: 优秀104个、良好33个.
CLASS_WORDS: Final = frozenset("优秀 良好 一般 较差 差 优 良 中 甲等 乙等 特等奖 一等奖 二等奖 三等奖 优秀奖 金奖 银奖 铜奖 优等品 一等品 合格品".split())
# Single characters that make a noun of the word before them (整改率, 充装站).
SUFFIXES: Final = frozenset("率 额 量 价 金 费 秤 机 数 值 站 书 枪 器 仪 表 车 店 厂 品 物 卡 证 板 本 室 区 园 队 员 者 户 师 所 点 案 奖 权 法 单 费 税 款 库 线 网 群 链 牌 灯 阀 膜 油 酒 茶 肉 糕 药 剂 货 件 会 部 科 局 馆 院 班 组".split())
# Endings of what 家 and 户 count.
HOLDERS: Final = ("店", "厂", "企业", "单位", "户", "场", "所", "公司", "站", "者", "机构", "商", "院", "校", "超市", "市场", "主体", "平台", "门店", "食堂", "馆", "行", "组织", "园", "部", "中心", "家", "社")
# Nouns of one character that may be counted.
SHORT_NOUNS: Final = SUFFIXES | frozenset("鱼 米 面 粮 菜 奶 盐 糖 煤 气 水 树 猪 牛 羊 鸡 鸭 伞 罐 瓶 章 村 路 桥 楼 镇 县 市 乡 校 城 果 蛋 豆 瓜 苗 塔 船 井 锅 桶 箱 鞋 衣 帽 笔 伞 画 旗 人 街 摊 铺 栋 泵 炉 梯 门 窗 管 酱 醋".split())
