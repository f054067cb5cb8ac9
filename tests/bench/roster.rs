//! Writes a roster of invented people as offices send them, to measure the import:
//! `cargo run --release --example roster -- 100000 /tmp/roster.xlsx` (or `.csv`; a third argument is the seed).
//!
//! The workbook has a sheet of people on post and one of people who left; the csv has the first only.

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet};
use shoumi::domain::command::{AddPerson, Depart};
use shoumi::domain::{Command, IdentityNumber, Level, PersonId, Sex};
use shoumi::session::demo;

const ON_POST: [&str; 10] =
    ["序号", "姓名", "性别", "身份证号码", "工号", "所在部门", "岗位", "涉密等级", "上岗时间", "联系电话"];
const LEFT: [&str; 11] =
    ["序号", "姓名", "性别", "身份证号码", "工号", "原部门", "原岗位", "涉密等级", "批准离岗时间", "离岗时间", "去向"];

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, people, file, rest @ ..] = &args[..] else {
        return Err("usage: roster PEOPLE FILE.xlsx|FILE.csv [SEED]".into());
    };
    let seed = rest.first().map_or(Ok(demo::SEED), |s| s.parse())?;
    let mut added: Vec<AddPerson> = Vec::new();
    let mut departed: HashMap<PersonId, Depart> = HashMap::new();
    for command in demo::generate(people.parse()?, seed, demo::today()).flatten() {
        match command {
            Command::AddPerson(person) => added.push(person),
            Command::Depart(departure) => {
                departed.insert(departure.person, departure);
            }
            _ => {}
        }
    }
    let (mut on_post, mut left) = (Vec::new(), Vec::new());
    // An import goes into one unit; whoever was drawn for the second comes along as staff of the first.
    for (id, person) in (1..).map(PersonId).zip(&added) {
        match departed.get(&id) {
            Some(departure) => left.push(row_left(left.len() + 1, person, departure)),
            None => on_post.push(row_on_post(on_post.len() + 1, person)),
        }
    }
    if Path::new(file).extension().is_some_and(|e| e == "csv") {
        let mut out = BufWriter::new(std::fs::File::create(file)?);
        writeln!(out, "\u{feff}{}", ON_POST.join(","))?;
        for row in &on_post {
            writeln!(out, "{}", row.join(","))?;
        }
        out.flush()?;
    } else {
        let mut book = Workbook::new();
        sheet(book.add_worksheet(), "在岗涉密人员", "涉密人员登记表（在岗）", &ON_POST, &on_post)?;
        sheet(book.add_worksheet(), "脱密期人员", "涉密人员登记表（离岗）", &LEFT, &left)?;
        book.save(file)?;
    }
    println!("{file}: {} on post, {} left", on_post.len(), left.len());
    Ok(())
}

fn sheet(
    sheet: &mut Worksheet,
    name: &str,
    title: &str,
    header: &[&str],
    rows: &[Vec<String>],
) -> Result<(), Box<dyn Error>> {
    sheet.set_name(name)?;
    sheet.write(0, 0, title)?;
    for (column, text) in (0..).zip(header) {
        sheet.write(2, column, *text)?;
    }
    for (row, cells) in (3..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write(row, column, text)?;
        }
    }
    Ok(())
}

fn who(n: usize, p: &AddPerson) -> Vec<String> {
    let number = p.identity.as_deref().and_then(|i| IdentityNumber::parse(i).ok());
    let sex = match number.as_ref().and_then(IdentityNumber::sex) {
        Some(Sex::Female) => "女",
        Some(Sex::Male) => "男",
        None => "",
    };
    let level = match p.level {
        Some(Level::Core) => "核心",
        Some(Level::Important) => "重要",
        Some(Level::General) => "一般",
        None => "",
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    vec![
        n.to_string(),
        p.name.clone(),
        sex.to_owned(),
        text(&p.identity),
        text(&p.staff_number),
        p.department.clone(),
        text(&p.post),
        level.to_owned(),
    ]
}

fn row_on_post(n: usize, p: &AddPerson) -> Vec<String> {
    let mut row = who(n, p);
    row.push(p.on_post_from.map(|d| d.format("%Y.%-m.%-d").to_string()).unwrap_or_default());
    row.push(p.phone.clone().unwrap_or_default());
    row
}

fn row_left(n: usize, p: &AddPerson, d: &Depart) -> Vec<String> {
    let mut row = who(n, p);
    row.extend([d.approved_on, d.left_on].map(|day| day.map(|d| d.to_string()).unwrap_or_default()));
    row.push(d.destination.clone());
    row
}
