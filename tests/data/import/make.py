#!/usr/bin/env python3
"""Makes the ugly spreadsheets beside this file. Everything in them is invented; area code 99 does not exist.

Needs openpyxl; LibreOffice (soffice) for the .xls, .ods and lo-*.xlsx. The results are committed, so the tests need neither.
"""
import datetime as dt, os, random, shutil, subprocess, tempfile
import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HERE = os.path.dirname(os.path.abspath(__file__))
R = random.Random(20261123)
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def identity(birth, male, serial):
    first = f"990101{birth:%Y%m%d}{serial % 50:02d}{(serial * 2 + (1 if male else 0)) % 10}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS)) % 11]


SURNAMES = "张王李赵刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉梅建文辉玲计合总"
used = set()


def person(n):
    while True:
        name = R.choice(SURNAMES) + "".join(R.choice(GIVEN) for _ in range(R.choice([1, 1, 2])))
        if name not in used:
            used.add(name)
            break
    birth = dt.date(1965 + n % 33, 1 + n % 12, 1 + n % 28)
    male = n % 3 != 0
    return {"n": n, "name": name, "male": male, "id": identity(birth, male, n), "birth": birth}


def six(day, n):
    """The same day in the ways offices write it; the last two are a real date cell and Excel's day number."""
    return [
        f"{day:%Y-%m-%d}", f"{day.year}/{day.month}/{day.day}", f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}",
        "".join(chr(0xFF10 + int(c)) if c.isdigit() else c for c in f"{day:%Y-%m-%d}"),
        dt.datetime(day.year, day.month, day.day), (day - dt.date(1899, 12, 30)).days,
    ][n % 8]


def ugly_name(p):
    name = p["name"]
    if len(name) == 2 and p["n"] % 3 == 0:
        return name[0] + "  " + name[1]
    if len(name) == 2 and p["n"] % 3 == 1:
        return name[0] + "　" + name[1]
    return name + (" " if p["n"] % 7 == 0 else "")


def ugly_id(p):
    return [p["id"], p["id"].lower(), "'" + p["id"], p["id"][:6] + " " + p["id"][6:14] + " " + p["id"][14:], p["id"] + "\u00a0"][p["n"] % 5]


LEVELS = [("core", ["核心", "核心涉密人员", "核心涉密"]), ("important", ["重要", "重要涉密人员", " 重要 "]),
          ("general", ["一般", "一般涉密人员", "一般\n"])]
DEPARTMENTS = ["办公室", "科研一部", "科研二部", "财务部", "信息中心", "档案室", "生产部", "国际合作部"]
POSTS = ["机要秘书", "总体设计师", "项目主管", "会计", "系统管理员", "档案管理员", "工艺员", "翻译"]


def ugly_level(n):
    return LEVELS[n % 3][1][n // 3 % 3]


def register(path, on_post=200, in_period=40):
    book = openpyxl.Workbook()
    ws = book.active
    ws.title = "在岗人员"
    ws.merge_cells("A1:J1")
    ws["A1"] = "XX 公司涉密人员登记表"
    ws["A1"].font = Font(bold=True, size=18)
    ws["A1"].alignment = Alignment(horizontal="center")
    ws["A2"] = "填报单位：XX 公司保密办"
    ws["H2"] = "填报日期：2026年10月8日"
    ws.append(["序号", "部  门", "姓　名", "性\n别", "身份证号码", "涉密岗位", "涉密等级", "上岗日期", "联系电话", "备 注"])
    row, block, number = 4, on_post // len(DEPARTMENTS), 0
    for d, department in enumerate(DEPARTMENTS):
        first = row
        for _ in range(block):
            number += 1
            p = person(number)
            day = dt.date(2012 + number % 13, 1 + number % 12, 1 + number % 28)
            day = max(day, dt.date(p["birth"].year + 22, 7, 1))
            ws.append([number, department if row == first else None, ugly_name(p), "男" if p["male"] else "女", ugly_id(p),
                       POSTS[d], ugly_level(number), six(day, number), f"138{number:08d}" if number % 2 else int(f"138{number:08d}"),
                       "无" if number % 5 == 0 else None])
            row += 1
        ws.merge_cells(start_row=first, end_row=row - 1, start_column=2, end_column=2)
        if d == 3:
            row += 1  # a blank line in the middle
            ws.cell(row=row - 1, column=1).value = None
            ws._current_row = row - 1
        if d == 4:
            ws.append([None, "小计", None, None, None, f"{block} 人"])
            row += 1
    ws.append(["合计", None, f"{number}人"])
    ws.append([])
    ws.append(["填表人：王  芳", None, None, "审核：李明", None, None, "日期：2026年10月8日"])
    ws.append(["注：1.涉密等级分核心、重要、一般三级。2.本表一式两份。"])

    ws = book.create_sheet("脱密期人员")
    ws.merge_cells("A1:K1")
    ws["A1"] = "脱密期人员一览表（2026 年）"
    head1 = ["序号", "所在部门", "姓名", "身份证号", "原涉密岗位", "原涉密\n等级", "离岗日期", "脱密期", None, None, "离岗原因"]
    head2 = [None] * 7 + ["期限（月）", "起", "止", None]
    ws.append(head1)
    ws.append(head2)
    for c in [1, 2, 3, 4, 5, 6, 7, 11]:
        ws.merge_cells(start_row=2, end_row=3, start_column=c, end_column=c)
    ws.merge_cells("H2:J2")
    reasons = ["调整到非涉密岗位", "调出", "退休", "辞职", "合同期满"]
    months = {0: 36, 1: 24, 2: 12}
    for i in range(in_period):
        number += 1
        p = person(number)
        level = number % 3
        left = dt.date(2025, 12, 1) + dt.timedelta(days=i * 7)
        total = left.month - 1 + months[level]
        last = dt.date(left.year + total // 12, total % 12 + 1, min(left.day, 28))
        ws.append([i + 1, DEPARTMENTS[i % 8], ugly_name(p), ugly_id(p), POSTS[i % 8], ugly_level(number), six(left, i),
                   [months[level], f"{months[level]}个月", f"{months[level] // 12}年"][i % 3], six(left, i + 3), six(last, i + 5), reasons[i % 5]])
    ws.append(["共计：", f"{in_period}人"])
    ws.append([None, "制表人：", None, None, "部门负责人（签字）：", None, None, None, "2026 年 10 月 8 日"])

    ws = book.create_sheet("填表说明")
    ws["A1"] = "填表说明"
    ws["A2"] = "一、本表由各部门填写，保密办汇总。"
    ws = book.create_sheet("字典")
    for i, word in enumerate(["核心", "重要", "一般", "男", "女"]):
        ws.cell(row=i + 1, column=1).value = word
    ws.sheet_state = "hidden"
    book.save(path)


def faults(path):
    """Thirty rows, ten of them with one fault each; the test names the ten."""
    rows = []
    for i in range(30):
        p = person(1000 + i)
        rows.append([str(i + 1), p["name"], p["id"], DEPARTMENTS[i % 8], POSTS[i % 8], LEVELS[i % 3][1][0], "2020-03-05", "2026-03-01"])
    bad = rows[2][2]
    rows[2][2] = bad[:-1] + ("0" if bad[-1] != "0" else "1")  # row 4: check digit
    rows[5][2] = rows[5][2][:17]                               # row 7: 17 characters
    rows[7][6] = "2024-02-30"                                  # row 9: no such day
    rows[9][6] = "2062-03-05"                                  # row 11: far future
    rows[11][5] = "特级"                                        # row 13: unknown level
    rows[14][2] = rows[13][2]                                  # row 16: number of the row above
    rows[17][1] = ""                                           # row 19: no name
    rows[20][6] = "2024.03"                                    # row 22: no day
    rows[24][6] = "1980-01-01" if rows[24][2][6:10] > "1970" else "1970-01-01"  # row 26: on post as a child
    rows[28][7] = "9.90101E+17"                                # row 30: no date at all
    with open(path, "wb") as f:
        text = "\r\n".join(",".join(r) for r in [["序号", "姓名", "身份证号", "部门", "岗位", "涉密等级", "上岗日期", "培训日期"]] + rows)
        f.write(b"\xef\xbb\xbf" + text.encode() + b"\r\n")


def plain_rows(start, count):
    out = [["工号", "姓名", "公民身份号码", "单位", "职务", "密级", "进入涉密岗位时间"]]
    for i in range(count):
        p = person(start + i)
        out.append([f"G{start + i}", ugly_name(p), p["id"], DEPARTMENTS[i // 4], POSTS[i // 4], LEVELS[i % 3][1][1], "2021年5月6日"])
    return out


def text_files():
    rows = plain_rows(2000, 12)
    rows[3][1] = "阿不都热依木•买买提"
    rows[4][1] = "欧阳 𠮷娜"
    with open(f"{HERE}/gb18030.csv", "wb") as f:
        f.write("\r\n".join(",".join(r) for r in rows).encode("gb18030"))
    rows = plain_rows(2100, 12)
    with open(f"{HERE}/utf16-tabs.csv", "wb") as f:
        f.write("\r\n".join("\t".join(r) for r in rows).encode("utf-16"))
    rows = plain_rows(2200, 12)
    for i, r in enumerate(rows[1:]):
        if i % 4:
            r[3] = ""
    with open(f"{HERE}/blocks-semicolon.csv", "wb") as f:
        f.write("\n".join(";".join(f'"{c}"' for c in r) for r in rows).encode() + b"\r\n;;;;;;\r\n\"\xe5\x90\x88\xe8\xae\xa1\";12;;;;;\r")


def mac_dates(path):
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    ws = book.active
    ws.title = "Sheet1"
    ws.append(["姓名", "身份证号", "部门", "岗位", "涉密等级", "上岗日期"])
    for i in range(5):
        p = person(3000 + i)
        ws.append([p["name"], p["id"], "办公室", "秘书", "一般", dt.datetime(2020, 2, 25 + i)])
    book.save(path)


def trainings(path):
    book = openpyxl.load_workbook(f"{HERE}/register.xlsx")
    people = [(r[2].value, r[4].value) for r in book["在岗人员"].iter_rows(min_row=4, max_row=23)]
    book = openpyxl.Workbook()
    ws = book.active
    ws.title = "培训签到"
    ws["A1"] = "2026 年度保密教育培训签到表"
    ws.append(["序号", "姓名", "证件号码", "培训时间", "培训类别", "培训主题", "学时", "证书编号"])
    for i, (name, number) in enumerate(people):
        ws.append([i + 1, name, number, six(dt.date(2026, 3, 9 + i % 5), i), ["在岗培训", "在岗", "保密教育"][i % 3], "保密法实施条例", 4, f"Z{i:03d}"])
    ws.append(["合计", len(people)])
    book.save(path)


def computers(path):
    book = openpyxl.Workbook()
    ws = book.active
    ws.title = "涉密计算机台账"
    ws.append(["涉密计算机台账"])
    ws.append(["序号", "设备编号", "设备类型", "品牌型号", "密级", "责任部门", "责任人", "使用人", "硬盘序列号", "操作系统安装日期", "启用时间", "存放地点", "使用状态"])
    kinds = ["台式计算机", "便携式计算机", "服务器", "激光打印机"]
    for i in range(12):
        ws.append([i + 1, f"SM-{i + 1:03d}", kinds[i % 4], "兆芯 K-700", ["秘密", "机密", "秘密级★10年"][i % 3], DEPARTMENTS[i % 8], f"责任{i}", None,
                   f"WD{i}A、WD{i}B", dt.datetime(2023, 5, 1 + i), "2023.6.1", f"{300 + i}室", ["在用", "维修", "停用封存", "已销毁"][i % 4]])
    ws.append(["合计", "12台"])
    book.save(path)


def office(path, target, to):
    if not shutil.which("soffice"):
        return print("no soffice:", target, "not made")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", to, "--outdir", folder, path],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = os.path.join(folder, os.path.splitext(os.path.basename(path))[0] + "." + to.split(":")[0])
        shutil.move(made, target)


register(f"{HERE}/register.xlsx")
faults(f"{HERE}/faults.csv")
text_files()
mac_dates(f"{HERE}/dates1904.xlsx")
trainings(f"{HERE}/trainings.xlsx")
computers(f"{HERE}/computers.xlsx")
office(f"{HERE}/register.xlsx", f"{HERE}/lo-register.xls", "xls:MS Excel 97")
office(f"{HERE}/register.xlsx", f"{HERE}/lo-register.ods", "ods")
office(f"{HERE}/register.xlsx", f"{HERE}/lo-register.xlsx", "xlsx:Calc MS Excel 2007 XML")
office(f"{HERE}/computers.xlsx", f"{HERE}/computers.ods", "ods")
os.remove(f"{HERE}/computers.xlsx")
