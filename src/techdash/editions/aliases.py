"""One name for what has several: organisations, people and products, and the verbs and nouns of headlines.

Keys are in lower case, Latin words without their endings or with; a user's own stand in ``config.toml``.
"""

from __future__ import annotations

_ORGANISATIONS = """
apple 苹果 苹果公司
google 谷歌
alphabet 字母表公司
microsoft 微软
amazon 亚马逊
aws 亚马逊云 亚马逊云科技
meta 脸书
facebook 脸书网
nvidia 英伟达 辉达
amd 超威
intel 英特尔
qualcomm 高通
broadcom 博通
tsmc 台积电
asml 阿斯麦
samsung 三星 三星电子
hynix 海力士 sk海力士
micron 美光
sony 索尼
tesla 特斯拉
oracle 甲骨文
ibm 国际商业机器
cisco 思科
adobe 奥多比
salesforce 赛富时
softbank 软银
netflix 奈飞 网飞
disney 迪士尼
uber 优步
paypal 贝宝
openai open_ai
huggingface hugging_face 抱抱脸
stabilityai stability_ai
huawei 华为
ascend 昇腾
xiaomi 小米
oppo 欧珀
lenovo 联想
zte 中兴 中兴通讯
alibaba 阿里 阿里巴巴 阿里云
tencent 腾讯
baidu 百度
bytedance 字节 字节跳动
jd 京东
meituan 美团
pinduoduo 拼多多
kuaishou 快手
xiaohongshu 小红书 rednote
bilibili 哔哩哔哩 b站
didi 滴滴
byd 比亚迪
nio 蔚来
xpeng 小鹏
smic 中芯国际
cambricon 寒武纪
deepseek 深度求索
moonshot 月之暗面
kimi 基米
zhipu 智谱 智谱ai z.ai
qwen 通义 通义千问 千问
doubao 豆包
ernie 文心 文心一言
hunyuan 混元
minimax 稀宇科技
stepfun 阶跃星辰
sensetime 商汤 商汤科技
iflytek 科大讯飞 讯飞
unitree 宇树 宇树科技
spacex 太空探索
starship 星舰
starlink 星链
wikipedia 维基百科
nytimes 纽约时报 new_york
eu 欧盟 brussels european
us 美国 america
uk 英国 britain
china 中国 beijing chinese 中方
japan 日本 tokyo 东京
korea 韩国 korean
france 法国 french
germany 德国 german
india 印度 indian
hongkong 香港 港股 港交所 hong_kong
musk 马斯克 elon
altman 奥特曼 奥尔特曼
zuckerberg 扎克伯格 小扎
huang 黄仁勋 jensen
cook 库克
nadella 纳德拉
pichai 皮查伊 劈柴
bezos 贝索斯
hinton 辛顿
lecun 杨立昆
"""

_HEADLINES = """
release 发布 推出 上线 亮相 问世 登场 面世 launch unveil introduce debut ship announcing released
opensource 开源 open-source open-weights
raise 融资 完成融资 funding_round 募资
valuation 估值 valued
buy 收购 acquire acquisition 并购 入股 invest investment 投资
layoff 裁员 lay laid lays job jobs 岗位
sue 起诉 lawsuit 诉讼
judge 法官 judg 法院 court
fine 罚款
delay 推迟 延期 postpone 跳票 slips
recall 召回
outage 宕机 故障
vulnerability 漏洞 flaw bug
exploit 利用 attack attackers
worm 蠕虫
steal 窃取 盗取
chip 芯片
modem 基带
model 模型
agent 智能体
agentic 智能体化
robot 机器人
humanoid 人形
glasses 眼镜
phone 手机
foldable 折叠屏 折叠
hinge 铰链
revenue 营收 收入
quarter 季度 quarterly
shareholder 股东
pay 薪酬
ipo 上市 listing
debut 首日
price 价格 涨价 价
ads 广告 ad
search 搜索
cloud 云服务 云计算
datacenter 数据中心
charge 收费
token 令牌
kernel 内核
driver 驱动
free 免费
train 训练
user 用户
weights 权重
cheaper 便宜
ban 禁止
stop 停购 停止
camera 摄像头
aperture 光圈
deal 协议 agreement
"""


def _table(*groups: str) -> dict[str, str]:
    """By each name what it is called here; ``_`` stands for a space in a name."""
    lines = [line.split() for group in groups for line in group.strip().splitlines()]
    return {other.replace("_", " "): first for first, *others in lines for other in others}


ALIASES: dict[str, str] = _table(_ORGANISATIONS, _HEADLINES)
HEADLINES = frozenset(line.split()[0] for line in _HEADLINES.strip().splitlines())
# Stems that any headline may have.
_WEAK = """
rais valuation releas pric revenu quarter report plan fund billion million model agent user ai ads deal ipo
free new open test start year layoff chip train buy fin sue delay launch beta version update api opensourc
weight stop vulnerability exploit attack company startup tool us
"""
_OUTLETS = """
the verge, techcrunch, wired, ars technica, engadget, reuters, bloomberg, cnbc, bbc, bbc news, axios, zdnet
cnet, the information, financial times, the new york times, the guardian, venturebeat, the register
the decoder, hacker news, techmeme, infoq, 机器之心, 量子位, 新智元, 36氪, it之家, cnbeta, 爱范儿
虎嗅, 钛媒体, 极客公园, 少数派, 晚点, 晚点latepost, 第一财经, 财联社, 华尔街见闻, 澎湃新闻, 界面新闻, 雷峰网
oschina, 开源中国, solidot
"""

WEAK = frozenset(_WEAK.split())
"""Terms of which two, even with a figure, name no story."""
OUTLETS = frozenset(name.strip() for line in _OUTLETS.strip().splitlines() for name in line.split(","))
"""Who publishes, as it stands at the end of a headline or before its colon."""
